package dev.rafthttp.client;

import static dev.rafthttp.client.ScriptedPeer.PULL_MESSAGE;
import static dev.rafthttp.client.ScriptedPeer.PULL_MSGAPP;
import static dev.rafthttp.client.Transports.LOCAL;
import static dev.rafthttp.client.Transports.REMOTE;
import static dev.rafthttp.client.Transports.fromPeer;
import static dev.rafthttp.client.Transports.heartbeat;
import static dev.rafthttp.client.Transports.pullConfig;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.rafthttp.ClusterMismatchException;
import dev.rafthttp.Lane;
import dev.rafthttp.MemberId;
import dev.rafthttp.PeerUnreachableException;
import dev.rafthttp.RemovedMemberException;
import dev.rafthttp.StreamType;
import dev.rafthttp.codec.MemoryBudget;
import dev.rafthttp.coupling.StreamCoupler.Direction;
import dev.rafthttp.fixture.RecordingCallback;
import dev.rafthttp.jetty.TransportRuntime;
import dev.rafthttp.metrics.TransportMetrics;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Streams that are dialled when a coupler says so, in etcd's dialect, and what it is told of them. */
class CoupledDialTest {
    private static final PeerUnreachableException BECAUSE = new PeerUnreachableException("the other half is gone");

    private final RecordingCoupler coupler = new RecordingCoupler();
    private final RecordingCallback raft = new RecordingCallback();
    private final ScriptedPeer peer;
    private final TransportRuntime runtime =
            new TransportRuntime(pullConfig().build(), raft, TransportMetrics.NONE, coupler, MemoryBudget.unlimited());
    private final PeerManager manager = new PeerManager(runtime);

    CoupledDialTest() throws IOException {
        peer = ScriptedPeer.listening().writeStreams(LOCAL.toString());
        manager.addPeer(REMOTE, List.of(peer.url()));
        runtime.start();
        manager.start();
    }

    @AfterEach
    void close() {
        manager.close();
        runtime.close();
        peer.close();
    }

    private void awaitEvents(String... events) {
        await().untilAsserted(() -> assertThat(coupler.events()).containsExactly(events));
    }

    private int dials() {
        return peer.heads(PULL_MESSAGE).size() + peer.heads(PULL_MSGAPP).size();
    }

    private void answerMessageStream(String bytes) {
        peer.answer(PULL_MESSAGE, bytes);
    }

    @Test
    void shouldDialNothingByItself() {
        await().during(Duration.ofMillis(500)).until(() -> dials() == 0);

        assertThat(coupler.events()).isEmpty();
    }

    @Test
    void shouldTellOfTheStreamBeforeItsFirstByteWhenItIsAccepted() throws IOException {
        manager.streams().dial(REMOTE, StreamType.MESSAGE);
        ScriptedAnswer answer = peer.awaitAnswer(Lane.MESSAGE);

        awaitEvents("opened message INBOUND");
        assertThat(dials()).isEqualTo(1);
        answer.send(ScriptedAnswer.frames(Lane.MESSAGE, List.of(fromPeer(heartbeat(1)))));
        await().until(() -> raft.processed().size() == 1);
        awaitEvents("opened message INBOUND");
    }

    @Test
    void shouldTellOnceAndDialNoMoreWhenThePeerEndsTheStream() throws IOException {
        manager.streams().dial(REMOTE, StreamType.MESSAGE);
        peer.awaitAnswer(Lane.MESSAGE).end();

        awaitEvents("opened message INBOUND", "closed message INBOUND");
        await().during(Duration.ofMillis(300)).until(() -> dials() == 1);
        assertThat(coupler.events()).hasSize(2);
    }

    @Test
    void shouldTellOnceWithItsCauseWhenTheStreamIsClosed() {
        manager.streams().dial(REMOTE, StreamType.MESSAGE);
        ScriptedAnswer answer = peer.awaitAnswer(Lane.MESSAGE);
        awaitEvents("opened message INBOUND");

        manager.streams().close(REMOTE, StreamType.MESSAGE, Direction.INBOUND, BECAUSE);

        await().until(answer::isClosed);
        awaitEvents("opened message INBOUND", "closed message INBOUND");
        assertThat(coupler.causes()).containsExactly(BECAUSE);
        assertThat(dials()).isEqualTo(1);
    }

    @Test
    void shouldLeaveTheOtherLaneWhenOneIsClosed() {
        manager.streams().dial(REMOTE, StreamType.MESSAGE);
        manager.streams().dial(REMOTE, StreamType.MSGAPP);
        ScriptedAnswer message = peer.awaitAnswer(Lane.MESSAGE);
        ScriptedAnswer msgApp = peer.awaitAnswer(Lane.MSGAPP);
        await().until(() -> coupler.events().size() == 2);

        manager.streams().close(REMOTE, StreamType.MESSAGE, Direction.INBOUND, BECAUSE);
        manager.streams().close(REMOTE, StreamType.MSGAPP, Direction.OUTBOUND, BECAUSE);

        await().until(message::isClosed);
        await().during(Duration.ofMillis(200)).until(() -> !msgApp.isClosed());
        assertThat(coupler.events()).hasSize(3).endsWith("closed message INBOUND");
    }

    @Test
    void shouldDialAfterTheEndWhenItIsAskedToWhileThereIsAStream() throws IOException {
        manager.streams().dial(REMOTE, StreamType.MESSAGE);
        ScriptedAnswer first = peer.awaitAnswer(Lane.MESSAGE);
        awaitEvents("opened message INBOUND");

        manager.streams().dial(REMOTE, StreamType.MESSAGE);
        manager.streams().dial(REMOTE, StreamType.MESSAGE);
        await().during(Duration.ofMillis(200)).until(() -> dials() == 1);
        first.end();

        peer.awaitAnswer(Lane.MESSAGE);
        awaitEvents("opened message INBOUND", "closed message INBOUND", "opened message INBOUND");
        await().during(Duration.ofMillis(200)).until(() -> dials() == 2);
    }

    @Test
    void shouldDialAgainWhenItIsAskedToWhileTheStreamIsClosing() {
        coupler.onClosed(() -> manager.streams().dial(REMOTE, StreamType.MESSAGE));
        manager.streams().dial(REMOTE, StreamType.MESSAGE);
        peer.awaitAnswer(Lane.MESSAGE);
        awaitEvents("opened message INBOUND");

        for (int i = 1; i <= 20; i++) {
            int opened = 2 * i - 1;
            await().pollInterval(Duration.ofMillis(1))
                    .until(() -> coupler.events().size() == opened);
            manager.streams().close(REMOTE, StreamType.MESSAGE, Direction.INBOUND, BECAUSE);
            peer.awaitAnswer(Lane.MESSAGE);
        }

        assertThat(coupler.events()).doesNotContain("refused message");
        assertThat(dials()).isEqualTo(21);
    }

    @Test
    void shouldTellThatTheDialIsGivenUpWhenItWaitsAndTheStreamIsClosed() {
        manager.streams().dial(REMOTE, StreamType.MESSAGE);
        ScriptedAnswer answer = peer.awaitAnswer(Lane.MESSAGE);
        awaitEvents("opened message INBOUND");
        manager.streams().dial(REMOTE, StreamType.MESSAGE);
        await().during(Duration.ofMillis(200)).until(() -> dials() == 1);

        manager.streams().close(REMOTE, StreamType.MESSAGE, Direction.INBOUND, BECAUSE);

        await().until(answer::isClosed);
        await().untilAsserted(() -> assertThat(coupler.events())
                .containsExactlyInAnyOrder("opened message INBOUND", "refused message", "closed message INBOUND"));
        await().during(Duration.ofMillis(200)).until(() -> dials() == 1);
    }

    @Test
    void shouldTellOfTheRefusalOnceAndDialNoMoreWhenItIsRefused() {
        answerMessageStream("HTTP/1.1 412 Precondition Failed\r\nContent-Length: 20\r\n\r\ncluster ID mismatch\n");
        manager.streams().dial(REMOTE, StreamType.MESSAGE);

        awaitEvents("refused message");
        await().during(Duration.ofMillis(300)).until(() -> dials() == 1);
        assertThat(coupler.causes()).singleElement().isInstanceOf(ClusterMismatchException.class);
        assertThat(coupler.events()).hasSize(1);
    }

    @Test
    void shouldTellOfTheRemovalWhenThePeerSaysSo() {
        answerMessageStream("HTTP/1.1 410 Gone\r\nContent-Length: 15\r\n\r\nremoved member\n");
        manager.streams().dial(REMOTE, StreamType.MESSAGE);

        awaitEvents("refused message");
        assertThat(coupler.causes()).singleElement().isInstanceOf(RemovedMemberException.class);
    }

    @Test
    void shouldDialAtOnceWhenItIsAskedToAfterARefusal() {
        answerMessageStream("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n");
        for (int i = 1; i <= 5; i++) {
            int dials = i;
            manager.streams().dial(REMOTE, StreamType.MESSAGE);
            await().until(() -> coupler.events().size() == dials);
        }

        assertThat(coupler.events()).hasSize(5).containsOnly("refused message");
        assertThat(dials()).isEqualTo(5);
    }

    @Test
    void shouldGiveUpTheDialWhenTheStreamIsClosedBeforeItIsAnswered() {
        peer.on(PULL_MESSAGE, (head, in, out) -> in.transferTo(OutputStream.nullOutputStream()));
        manager.streams().dial(REMOTE, StreamType.MESSAGE);
        await().until(() -> dials() == 1);

        manager.streams().close(REMOTE, StreamType.MESSAGE, Direction.INBOUND, BECAUSE);

        awaitEvents("refused message");
        assertThat(coupler.causes()).containsExactly(BECAUSE);
        await().until(() -> peer.open() == 0);
    }

    @ParameterizedTest
    @ValueSource(strings = {"dead", "b2"})
    void shouldTellThatThereIsNoSuchPeer(String id) {
        manager.removePeer(REMOTE);

        manager.streams().dial(MemberId.parse(id), StreamType.MESSAGE);

        awaitEvents("refused message");
        assertThat(coupler.causes())
                .singleElement()
                .satisfies(cause -> assertThat(cause).hasMessageContaining(id + " is not a peer"));
    }

    @Test
    void shouldTellOfTheEndWhenThePeerIsRemoved() {
        manager.streams().dial(REMOTE, StreamType.MESSAGE);
        ScriptedAnswer answer = peer.awaitAnswer(Lane.MESSAGE);
        awaitEvents("opened message INBOUND");

        manager.removePeer(REMOTE);

        await().until(answer::isClosed);
        awaitEvents("opened message INBOUND", "closed message INBOUND");
    }
}
