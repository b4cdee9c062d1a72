package dev.rafthttp.resilience;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.rafthttp.Dialect;
import dev.rafthttp.Lane;
import dev.rafthttp.PeerStatus.LaneStatus;
import dev.rafthttp.fixture.LogLines;
import dev.rafthttp.raftpb.MessageType;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Two processes that both say that they are member 2. */
class TwoProcessesTest {
    private static final List<Lane> LANES = List.of(Lane.MSGAPP, Lane.MESSAGE);

    private final LogLines refusals = LogLines.named("dev.rafthttp.server.ClusterGuard");
    private final LogLines streams = LogLines.named("dev.rafthttp.server.ServletStreamRequest");
    private final TestMember first = new TestMember(1, (lane, message) -> {});
    // Their hosts and URLs are the same.
    private final TestMember one = second("http://10.0.0.2:2380");
    private final TestMember other = second("http://10.0.0.2:2380");

    private static TestMember second(String url) {
        return new TestMember(2, (lane, message) -> {}, builder -> builder.peerUrls(List.of(URI.create(url))));
    }

    @AfterEach
    void close() {
        first.close();
        one.close();
        other.close();
        refusals.close();
        streams.close();
    }

    private boolean hasAll(TestMember member) {
        return LANES.stream().allMatch(lane -> member.isAttached(first.id(), lane));
    }

    private boolean hasNone(TestMember member) {
        return LANES.stream().noneMatch(lane -> member.isAttached(first.id(), lane));
    }

    @Test
    void shouldLetOneOfThemLiveAndNameBothWhenTheyPush() {
        first.addPeer(one, one.url());
        one.addPeer(first, first.url());
        other.addPeer(first, first.url());

        await().atMost(Duration.ofSeconds(20))
                .during(Duration.ofSeconds(2))
                .until(() -> hasAll(one) && hasNone(other) || hasAll(other) && hasNone(one));

        assertNamed();
        TestMember winner = hasAll(one) ? one : other;
        TestMember loser = winner == one ? other : one;
        assertThat(posted(winner)).isEqualTo("delivered");
        assertThat(posted(loser)).isEqualTo("REFUSED");
        winner.close();
        await().atMost(Duration.ofSeconds(20)).until(() -> hasAll(loser));
    }

    /** What becomes of a MsgSnap, which always goes by the pipeline. */
    private String posted(TestMember member) {
        LaneStatus before = pipeline(member);
        member.transport().send(TestMember.message(MessageType.MsgSnap, 2, 1, 1));
        await().until(() -> pipeline(member).delivered() > before.delivered()
                || !pipeline(member).dropped().equals(before.dropped()));
        LaneStatus after = pipeline(member);
        return after.delivered() > before.delivered()
                ? "delivered"
                : String.join(
                        " ", after.dropped().keySet().stream().map(Enum::name).toList());
    }

    private LaneStatus pipeline(TestMember member) {
        return Objects.requireNonNull(member.statusOf(first.id()).lanes().get(Lane.PIPELINE));
    }

    @ParameterizedTest
    @EnumSource
    void shouldSayItInAFewLines(Dialect dialect) {
        first.transport().addPeer(one.id(), List.of(one.url()), dialect);
        one.transport().addPeer(first.id(), List.of(first.url()), dialect);
        other.transport().addPeer(first.id(), List.of(first.url()), dialect);

        await().atMost(Duration.ofSeconds(20)).until(() -> !named().isEmpty());
        assertNamed();
        // Each of them would have replaced the other's streams a hundred times by then.
        await().during(Duration.ofSeconds(3))
                .until(() -> named().size() <= 3 && streams.texts().size() <= 2 * LANES.size() * 12);
    }

    private List<String> named() {
        return refusals.texts().stream()
                .filter(line -> line.contains("two processes say that they are member 2"))
                .toList();
    }

    private void assertNamed() {
        assertThat(named())
                .isNotEmpty()
                .allSatisfy(line -> assertThat(line)
                        .containsPattern("at 127.0.0.1:\\d+ \\(http://10.0.0.2:2380\\) as instance (\\S{36}) and"
                                + " 127.0.0.1:\\d+ \\(http://10.0.0.2:2380\\) as instance (?!\\1)\\S{36}"));
    }
}
