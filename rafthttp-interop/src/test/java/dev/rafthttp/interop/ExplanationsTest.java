package dev.rafthttp.interop;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.junit.jupiter.api.Test;

class ExplanationsTest {
    private static final String STOPPED = "failed to process Raft message";

    private final Explanations explanations = new Explanations();

    private static LogScan.Line line(String member, String message, String more) {
        return new LogScan.Line(
                member,
                Instant.EPOCH,
                "warn",
                "rafthttp/peer.go:1",
                message,
                "{\"msg\":\"" + message + "\"," + more + "}");
    }

    @Test
    void shouldHoldForALineAboutABrokenMemberWhenADirectClusterSaysItToo() {
        explanations.breaks("b", "2d6ad8dfaeaf7635");

        assertThat(explanations.hold(line("a", "peer became inactive", "\"peer-id\":\"2d6ad8dfaeaf7635\"")))
                .isTrue();
        assertThat(explanations.hold(line("a", "peer became inactive", "\"peer-id\":\"fa382b6b47c3c31\"")))
                .isFalse();
        assertThat(explanations.hold(line("b", "request cluster ID mismatch", "")))
                .isFalse();
    }

    /** A member that is removed stops its Raft while messages still come. */
    @Test
    void shouldHoldForTheOneMemberThatIsExpectedToSayIt() {
        explanations.expectsOf("d", STOPPED + ".*raft: stopped");

        assertThat(explanations.hold(line("d", STOPPED, "\"error\":\"raft: stopped\"")))
                .isTrue();
        assertThat(explanations.hold(line("a", STOPPED, "\"error\":\"raft: stopped\"")))
                .as("of one that was not removed")
                .isFalse();
        assertThat(explanations.hold(line("d", STOPPED, "\"error\":\"raft: proposal dropped\"")))
                .isFalse();
    }

    @Test
    void shouldHoldForAnyMemberWhenAnyIsExpectedToSayIt() {
        explanations.expects("rejecting member add request.*unhealthy cluster");

        assertThat(explanations.hold(line("c", "rejecting member add request", "\"error\":\"unhealthy cluster\"")))
                .isTrue();
    }
}
