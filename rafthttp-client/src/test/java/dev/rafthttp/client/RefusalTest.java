package dev.rafthttp.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rafthttp.ClusterMismatchException;
import dev.rafthttp.FrameTooLargeException;
import dev.rafthttp.IncompatibleVersionException;
import dev.rafthttp.MemberId;
import dev.rafthttp.PeerUnreachableException;
import dev.rafthttp.RaftTransportException;
import dev.rafthttp.RemovedMemberException;
import java.net.URI;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.FieldSource;

class RefusalTest {
    private static final MemberId PEER = MemberId.parse("b2");
    private static final URI URL = URI.create("http://10.0.0.2:2380");

    static final List<Arguments> ANSWERS = List.of(
            Arguments.of(400, "error unmarshalling raft message\n", PeerUnreachableException.class, false),
            Arguments.of(403, "cannot process message from removed member\n", RemovedMemberException.class, true),
            Arguments.of(404, "invalid path\n", PeerUnreachableException.class, false),
            Arguments.of(404, "invalid from\n", PeerUnreachableException.class, false),
            Arguments.of(404, "error sender not found\n", PeerUnreachableException.class, false),
            Arguments.of(405, "Method Not Allowed\n", PeerUnreachableException.class, false),
            Arguments.of(410, "removed member\n", RemovedMemberException.class, true),
            Arguments.of(412, "incompatible version\n", IncompatibleVersionException.class, true),
            Arguments.of(412, "cluster ID mismatch\n", ClusterMismatchException.class, true),
            Arguments.of(412, "to field mismatch\n", ClusterMismatchException.class, true),
            Arguments.of(412, "something newer\n", PeerUnreachableException.class, false),
            Arguments.of(412, "", PeerUnreachableException.class, false),
            Arguments.of(413, "", FrameTooLargeException.class, false),
            Arguments.of(500, "error processing raft message\n", PeerUnreachableException.class, false),
            Arguments.of(503, "", PeerUnreachableException.class, false));

    @ParameterizedTest
    @FieldSource("ANSWERS")
    void shouldReadAnAnswerAsItsCauseWhenItIsNoSuccess(
            int status, String body, Class<? extends RaftTransportException> cause, boolean permanent) {
        RaftTransportException refusal = Refusal.of(PEER, URL, status, body, "");

        assertThat(refusal).isExactlyInstanceOf(cause).hasMessageContaining("peer b2 at http://10.0.0.2:2380");
        assertThat(refusal.isPermanent()).isEqualTo(permanent);
    }

    @Test
    void shouldTellTheStatusAndBodyWhenTheyStandForNoCauseOfTheirOwn() {
        assertThat(Refusal.of(PEER, URL, 404, "error sender not found\n", ""))
                .hasMessageEndingWith("answered 404 \"error sender not found\"");
    }

    @Test
    void shouldTellTheOtherClusterWhenItsIdCameWithTheRefusal() {
        assertThat(Refusal.of(PEER, URL, 412, "cluster ID mismatch\n", "dead"))
                .hasMessageEndingWith("belongs to another cluster, dead");
    }

    @Test
    void shouldShortenTheBodyWhenItIsLong() {
        String message = String.valueOf(
                Refusal.of(PEER, URL, 503, "x".repeat(10_000), "").getMessage());

        assertThat(message).contains("x".repeat(200) + "…").doesNotContain("x".repeat(201));
    }
}
