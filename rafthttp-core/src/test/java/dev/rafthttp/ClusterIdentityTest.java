package dev.rafthttp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.net.URI;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The check values are what a real etcd 3.4.23 cluster reported of itself. */
class ClusterIdentityTest {
    private static final List<MemberId> LAB = Stream.of("2d1b1a9e7e94b7cb", "2d6ad8dfaeaf7635", "bf6e0f83ce820b52")
            .map(MemberId::parse)
            .toList();

    @Test
    void shouldBeEtcdsIdsWhenMembersAreDerived() {
        assertThat(Stream.of(11380, 11381, 11382)
                        .map(port -> URI.create("http://127.0.0.1:" + port))
                        .map(url -> ClusterIdentity.memberId(List.of(url), "lab")))
                .containsExactlyElementsOf(LAB);
    }

    @Test
    void shouldBeEtcdsIdWhenTheClusterIsDerivedFromItsMembersInAnyOrder() {
        ClusterId expected = new ClusterId(Long.parseUnsignedLong("1126888052996455473"));

        assertThat(ClusterIdentity.clusterId(LAB)).isEqualTo(expected);
        assertThat(ClusterIdentity.clusterId(List.of(LAB.get(2), LAB.get(0), LAB.get(1))))
                .isEqualTo(expected);
    }

    @Test
    void shouldNotDependOnTheOrderOfUrlsWhenAMemberHasSeveral() {
        URI one = URI.create("http://10.0.0.1:2380");
        URI two = URI.create("http://10.0.1.1:2380");

        assertThat(ClusterIdentity.memberId(List.of(two, one), "lab"))
                .isEqualTo(ClusterIdentity.memberId(List.of(one, two), "lab"))
                .isNotEqualTo(ClusterIdentity.memberId(List.of(one, two), "other"))
                .isNotEqualTo(ClusterIdentity.memberId(List.of(one), "lab"));
    }

    @Test
    void shouldSayWhatIsMissingWhenThereIsNothingToDeriveFrom() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ClusterIdentity.memberId(List.of(), "lab"))
                .withMessageContaining("at least one URL");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ClusterIdentity.clusterId(List.of()))
                .withMessageContaining("at least one member");
    }
}
