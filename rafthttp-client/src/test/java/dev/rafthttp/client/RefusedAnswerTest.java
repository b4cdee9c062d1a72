package dev.rafthttp.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rafthttp.ClusterMismatchException;
import dev.rafthttp.FrameTooLargeException;
import dev.rafthttp.IncompatibleVersionException;
import dev.rafthttp.MemberId;
import dev.rafthttp.PeerUnreachableException;
import dev.rafthttp.RaftTransportException;
import dev.rafthttp.RemovedMemberException;
import dev.rafthttp.peer.Refusal.Asked;
import java.net.URI;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.FieldSource;

class RefusedAnswerTest {
    private static final MemberId PEER = MemberId.parse("b2");
    private static final URI URL = URI.create("http://10.0.0.2:2380");

    static final List<Arguments> ANSWERS = List.of(
            Arguments.of(Asked.POST, 400, "error unmarshalling raft message\n", PeerUnreachableException.class, false),
            Arguments.of(
                    Asked.POST,
                    403,
                    "cannot process message from removed member\n",
                    RemovedMemberException.class,
                    true),
            Arguments.of(
                    Asked.POST, 403, "cannot process message from removed member", RemovedMemberException.class, true),
            Arguments.of(Asked.POST, 403, "RBAC: access denied", PeerUnreachableException.class, false),
            Arguments.of(
                    Asked.POST,
                    403,
                    "cannot process message to mismatch member\n",
                    PeerUnreachableException.class,
                    false),
            Arguments.of(Asked.POST, 403, "", PeerUnreachableException.class, false),
            Arguments.of(
                    Asked.STREAM,
                    403,
                    "cannot process message from removed member\n",
                    PeerUnreachableException.class,
                    false),
            Arguments.of(Asked.STREAM, 403, "RBAC: access denied", PeerUnreachableException.class, false),
            Arguments.of(Asked.POST, 404, "invalid path\n", PeerUnreachableException.class, false),
            Arguments.of(Asked.POST, 404, "invalid from\n", PeerUnreachableException.class, false),
            Arguments.of(Asked.POST, 404, "error sender not found\n", PeerUnreachableException.class, false),
            Arguments.of(Asked.POST, 405, "Method Not Allowed\n", PeerUnreachableException.class, false),
            Arguments.of(Asked.POST, 410, "removed member\n", PeerUnreachableException.class, false),
            Arguments.of(Asked.STREAM, 410, "removed member\n", RemovedMemberException.class, true),
            Arguments.of(Asked.STREAM, 410, "", RemovedMemberException.class, true),
            Arguments.of(Asked.POST, 412, "incompatible version\n", IncompatibleVersionException.class, true),
            Arguments.of(Asked.POST, 412, "cluster ID mismatch\n", ClusterMismatchException.class, true),
            Arguments.of(Asked.POST, 412, "to field mismatch\n", ClusterMismatchException.class, true),
            Arguments.of(Asked.POST, 412, "something newer\n", PeerUnreachableException.class, false),
            Arguments.of(Asked.POST, 412, "", PeerUnreachableException.class, false),
            Arguments.of(Asked.POST, 413, "", FrameTooLargeException.class, false),
            Arguments.of(Asked.POST, 500, "error processing raft message\n", PeerUnreachableException.class, false),
            Arguments.of(Asked.POST, 503, "", PeerUnreachableException.class, false));

    @ParameterizedTest
    @FieldSource("ANSWERS")
    void shouldReadAnAnswerAsItsCauseWhenItIsNoSuccess(
            Asked asked, int status, String body, Class<? extends RaftTransportException> cause, boolean permanent) {
        RaftTransportException refusal = RefusedAnswer.of(asked, PEER, URL, status, body, "");

        assertThat(refusal).isExactlyInstanceOf(cause).hasMessageContaining("peer b2 at http://10.0.0.2:2380");
        assertThat(refusal.isPermanent()).isEqualTo(permanent);
    }

    @Test
    void shouldTellTheStatusAndBodyWhenTheyStandForNoCauseOfTheirOwn() {
        assertThat(RefusedAnswer.of(Asked.POST, PEER, URL, 404, "error sender not found\n", ""))
                .hasMessageEndingWith("answered 404 \"error sender not found\"");
    }

    @Test
    void shouldTellTheOtherClusterWhenItsIdCameWithTheRefusal() {
        assertThat(RefusedAnswer.of(Asked.POST, PEER, URL, 412, "cluster ID mismatch\n", "dead"))
                .hasMessageEndingWith("belongs to another cluster, dead");
    }

    @Test
    void shouldTellTheStatusAndBodyWhenAProxyForbids() {
        assertThat(RefusedAnswer.of(Asked.STREAM, PEER, URL, 403, "RBAC: access denied", ""))
                .hasMessage("peer b2 at http://10.0.0.2:2380 answered 403 \"RBAC: access denied\"");
    }

    @Test
    void shouldTellWhoSaidSoWhenThisMemberIsRemoved() {
        assertThat(RefusedAnswer.of(Asked.STREAM, PEER, URL, 410, "removed member\n", ""))
                .isInstanceOfSatisfying(
                        RemovedMemberException.class,
                        removed -> assertThat(removed.toldBy()).isEqualTo(PEER));
    }

    @Test
    void shouldShortenTheBodyWhenItIsLong() {
        String message = String.valueOf(RefusedAnswer.of(Asked.POST, PEER, URL, 503, "x".repeat(10_000), "")
                .getMessage());

        assertThat(message).contains("x".repeat(200) + "…").doesNotContain("x".repeat(201));
    }
}
