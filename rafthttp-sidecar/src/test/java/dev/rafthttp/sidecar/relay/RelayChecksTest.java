package dev.rafthttp.sidecar.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.rafthttp.ClusterId;
import dev.rafthttp.MemberId;
import dev.rafthttp.options.Mistakes;
import dev.rafthttp.options.WrongOptionsException;
import dev.rafthttp.sidecar.relay.standin.RelayMember;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RelayChecksTest {
    private final RelayFlags flags = new RelayFlags();

    @BeforeEach
    void fill() {
        flags.cluster.initialCluster = "a=http://127.0.0.1:11380,b=http://127.0.0.1:11381,c=http://127.0.0.1:11382";
        flags.cluster.token = "lab";
        flags.targets = "a=http://127.0.0.1:21380,b=http://127.0.0.1:21381,c=http://127.0.0.1:21382";
        flags.api.listenNode = "http://127.0.0.1:2381";
        flags.shutdown.grace = "1500ms";
    }

    private RelayOptions conclude() {
        return new RelayChecks(flags, new Mistakes()).conclude();
    }

    private List<String> mistakes() {
        return catchThrowableOfType(WrongOptionsException.class, this::conclude).mistakes();
    }

    private void besideB() {
        flags.local = "b";
        flags.targets = "b=http://127.0.0.1:21381";
        flags.listenUplink = "http://10.0.0.2:2480";
        flags.uplinks = "a=http://10.0.0.1:2480,c=http://10.0.0.3:2480";
    }

    @Test
    void shouldReachEveryMemberAtItsTargetWhenAlone() {
        RelayOptions options = conclude();

        assertThat(options.topology().cluster()).isEqualTo(ClusterId.parse("fa382b6b47c3c31"));
        assertThat(options.topology().local()).isEmpty();
        assertThat(options.members())
                .extracting(member -> member.name() + " " + member.id() + " " + member.nextHop())
                .containsExactly(
                        "a 2d1b1a9e7e94b7cb http://127.0.0.1:21380",
                        "b 2d6ad8dfaeaf7635 http://127.0.0.1:21381",
                        "c bf6e0f83ce820b52 http://127.0.0.1:21382");
        assertThat(options.shutdownGrace()).isEqualTo(Duration.ofMillis(1500));
    }

    @Test
    void shouldReachTheOthersAtTheirUplinksWhenBesideAMember() {
        besideB();

        RelayOptions options = conclude();

        assertThat(options.topology().local()).contains(MemberId.parse("2d6ad8dfaeaf7635"));
        assertThat(options.topology().listenUplink()).isEqualTo(Optional.of(URI.create("http://10.0.0.2:2480")));
        assertThat(options.members())
                .extracting(RelayMember::nextHop)
                .extracting(URI::toString)
                .containsExactly("http://10.0.0.1:2480", "http://127.0.0.1:21381", "http://10.0.0.3:2480");
    }

    @Test
    void shouldKeepChangesByTheIdOfTheMemberOrTheClusterWhenNoFolderIsNamed() {
        assertThat(conclude().stateDir()).isEqualTo(Path.of("./fa382b6b47c3c31.rafthttp/relay"));
        besideB();
        assertThat(conclude().stateDir()).isEqualTo(Path.of("./2d6ad8dfaeaf7635.rafthttp/relay"));
    }

    @Test
    void shouldTakeIdsAsGivenWhenTheyCannotBeDerived() {
        flags.memberIds = "c=1234abcd";
        flags.clusterId = "fa382b6b47c3c31";

        assertThat(conclude().members())
                .extracting(RelayMember::id)
                .extracting(MemberId::toString)
                .containsExactly("2d1b1a9e7e94b7cb", "2d6ad8dfaeaf7635", "1234abcd");
    }

    @Test
    void shouldKeepAllFrontsWhenAMemberHasSeveral() {
        flags.cluster.initialCluster += ",a=http://127.0.0.1:11390";

        assertThat(conclude().members().get(0).fronts())
                .containsExactly(URI.create("http://127.0.0.1:11380"), URI.create("http://127.0.0.1:11390"));
    }

    @Test
    void shouldAskForTheClusterIdWhenMemberIdsAreGiven() {
        flags.memberIds = "c=1234abcd";

        assertThat(mistakes())
                .containsExactly("--cluster-id is missing: expected the cluster's ID, since there is --member-ids");
    }

    @Test
    void shouldNameTheMembersWithoutAWayWhenOneIsForgotten() {
        besideB();
        flags.uplinks = "a=http://10.0.0.1:2480";
        flags.targets = "a=http://127.0.0.1:21380";

        assertThat(mistakes())
                .containsExactly(
                        "--targets of b is missing: expected b=http://HOST:PORT",
                        "--uplinks of c is missing: expected c=http://HOST:PORT");
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "localhost", "0.0.0.0", "[::ffff:127.0.0.1]"})
    void shouldRefuseALoopWhenATargetIsAFrontInWhateverWords(String host) {
        flags.targets = "a=http://" + host + ":11381,b=http://127.0.0.1:21381,c=http://127.0.0.1:21382";

        assertThat(mistakes())
                .containsExactly("--targets \"a=http://" + host + ":11381\": expected a URL where the relay does not"
                        + " listen, as it does at http://127.0.0.1:11381 by --initial-cluster");
    }

    @Test
    void shouldRefuseALoopWhenATargetIsOfThisMachineAndTheRelayListensAtEveryAddress() {
        besideB();
        flags.listenUplink = "http://0.0.0.0:2480";
        flags.targets = "b=http://127.0.0.9:2480";
        flags.uplinks = "a=http://[::1]:2480,c=http://192.0.2.3:2480";

        assertThat(mistakes())
                .containsExactly(
                        "--targets \"b=http://127.0.0.9:2480\": expected a URL where the relay does not listen, as it"
                                + " does at http://0.0.0.0:2480 by --listen-uplink",
                        "--uplinks \"a=http://[::1]:2480\": expected a URL where the relay does not listen, as it"
                                + " does at http://0.0.0.0:2480 by --listen-uplink");
    }

    @Test
    void shouldTakeATargetWhoseNameHasNoAddress() {
        flags.targets = "a=http://nowhere.invalid:11381,b=http://127.0.0.1:21381,c=http://127.0.0.1:21382";

        assertThat(conclude().members()).hasSize(3);
    }

    @Test
    void shouldRefuseAFrontWhenAnotherMemberHasIt() {
        flags.cluster.initialCluster = "a=http://127.0.0.1:11380,b=http://127.0.0.1:11380";
        flags.targets = "a=http://127.0.0.1:21380,b=http://127.0.0.1:21381";

        assertThat(mistakes())
                .containsExactly("--initial-cluster \"http://127.0.0.1:11380\": expected a URL that is not also in"
                        + " --initial-cluster or twice in this option");
    }

    @Test
    void shouldRefuseIdsWhenTwoMembersHaveTheSame() {
        flags.memberIds = "b=2d1b1a9e7e94b7cb";
        flags.clusterId = "fa382b6b47c3c31";

        assertThat(mistakes())
                .containsExactly("--member-ids \"b=2d1b1a9e7e94b7cb\": expected an ID that no other member has");
    }
}
