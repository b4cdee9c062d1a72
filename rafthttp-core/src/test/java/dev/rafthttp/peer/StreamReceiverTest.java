package dev.rafthttp.peer;

import static dev.rafthttp.fixture.TestMessages.app;
import static dev.rafthttp.fixture.TestMessages.fromPeer;
import static dev.rafthttp.fixture.TestMessages.heartbeat;
import static dev.rafthttp.fixture.TestMessages.proposal;
import static dev.rafthttp.peer.PeerBench.frames;
import static dev.rafthttp.peer.PeerBench.msgAppFrames;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rafthttp.CorruptFrameException;
import dev.rafthttp.FrameTooLargeException;
import dev.rafthttp.Lane;
import dev.rafthttp.StreamType;
import dev.rafthttp.codec.FrameBuffer;
import dev.rafthttp.codec.MessageEncoder;
import dev.rafthttp.fixture.TestMessages;
import dev.rafthttp.inbound.StreamReceiver;
import dev.rafthttp.raftpb.MessageType;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** Reading one stream, and what holds when Raft is slow and when a stream replaces another. */
class StreamReceiverTest {
    private final PeerBench bench = new PeerBench();

    @Test
    void shouldTakeNoMoreWhileRaftHasAMessageThatItHasNotTaken() {
        holdRaftOn("MsgHeartbeat 2");
        TestReader reader = new TestReader(bench, StreamType.MESSAGE);

        reader.read(frames(heartbeat(1), heartbeat(2), heartbeat(3)));
        assertThat(reader.isWaiting()).isTrue();
        assertThat(reader.receiver().delivered()).isEqualTo(1);
        assertThat(bench.processed()).containsExactly("MsgHeartbeat 1");
        bench.raft.room().release();

        assertThat(reader.isWaiting()).isFalse();
        assertThat(bench.processed()).containsExactly("MsgHeartbeat 1", "MsgHeartbeat 2", "MsgHeartbeat 3");
        assertThat(reader.receiver().delivered()).isEqualTo(3);
    }

    @Test
    void shouldTakeNoMoreWhenItIsOfferedMoreWhileRaftHasAMessage() {
        holdRaftOn("MsgHeartbeat 1");
        StreamReceiver receiver = bench.accept(StreamType.MESSAGE);
        ByteBuffer frames = frames(heartbeat(1), heartbeat(2));

        assertThat(receiver.receive(frames)).isFalse();
        int left = frames.remaining();
        assertThat(receiver.receive(frames)).isFalse();

        assertThat(left).isEqualTo(frames(heartbeat(2)).remaining());
        assertThat(frames.remaining()).isEqualTo(left);
        assertThat(bench.processed()).isEmpty();
    }

    @Test
    void shouldGoOnAtOnceWhenRaftHasTakenTheMessageBeforeAnybodyWaits() {
        bench.raft.room().holdWhen(message -> true);
        TestReader reader = new TestReader(bench, StreamType.MESSAGE);
        bench.raft.onProcess(message -> {
            bench.raft.onProcess(each -> {});
            bench.surroundings.executor.execute(bench.raft.room()::release);
        });

        reader.read(frames(heartbeat(1), heartbeat(2)));
        bench.settle();

        assertThat(bench.processed()).containsExactly("MsgHeartbeat 1", "MsgHeartbeat 2");
        assertThat(reader.isWaiting()).isFalse();
    }

    @Test
    void shouldGoOnAndCountWhenRaftFailsToTakeTheMessageThatItHeld() {
        holdRaftOn("MsgHeartbeat 1");
        TestReader reader = new TestReader(bench, StreamType.MESSAGE);
        reader.read(frames(heartbeat(1), heartbeat(2)));

        bench.raft.room().fail(new IllegalStateException("full"));

        assertThat(bench.processed()).containsExactly("MsgHeartbeat 2");
        assertThat(reader.failure()).isNull();
        assertThat(bench.metrics.count("processFailed", Lane.MESSAGE, MessageType.MsgHeartbeat))
                .isEqualTo(1);
    }

    @Test
    void shouldEndTheStreamWhenRaftFailsByAnErrorToTakeTheMessageThatItHeld() {
        holdRaftOn("MsgHeartbeat 1");
        TestReader reader = new TestReader(bench, StreamType.MESSAGE);
        reader.read(frames(heartbeat(1), heartbeat(2)));
        AssertionError broken = new AssertionError("broken Raft");

        bench.raft.room().fail(broken);

        assertThat(reader.closeCause()).isSameAs(broken);
        assertThat(reader.failure()).hasMessage("the stream has been closed");
        TestReader next = new TestReader(bench, StreamType.MESSAGE).read(frames(heartbeat(3)));
        assertThat(next.isWaiting()).isFalse();
        assertThat(bench.processed()).containsExactly("MsgHeartbeat 3");
    }

    @Test
    void shouldCloseAStreamWhenNoByteComesForTooLong() {
        List<String> closed = new ArrayList<>();
        bench.peer.start();
        StreamReceiver receiver = bench.accept(StreamType.MESSAGE, cause -> closed.add(cause.getMessage()));

        advance(PeerBench.MAX_SILENCE.minusMillis(500));
        receiver.receive(frames(heartbeat(1)));
        advance(PeerBench.MAX_SILENCE.minusMillis(500));
        assertThat(closed).isEmpty();
        advance(Duration.ofMillis(500));

        assertThat(closed).containsExactly("no byte for 3000 ms");
    }

    @Test
    void shouldNotTakeAStreamForSilentWhenRaftHoldsItUp() {
        holdRaftOn("MsgHeartbeat 1");
        bench.peer.start();
        TestReader reader = new TestReader(bench, StreamType.MESSAGE).read(frames(heartbeat(1)));

        advance(PeerBench.MAX_SILENCE.multipliedBy(10));
        assertThat(reader.closeCause()).isNull();
        bench.raft.room().release();
        advance(PeerBench.MAX_SILENCE);

        assertThat(reader.closeCause()).hasMessage("no byte for 3000 ms");
    }

    /** In steps that are shorter than the peer's ticks. */
    private void advance(Duration time) {
        for (long left = time.toMillis(); left > 0; left -= 50) {
            bench.surroundings.scheduler.advance(Duration.ofMillis(50));
        }
    }

    @Test
    void shouldGiveAnotherLanesMessagesToRaftWhenRaftHoldsOneUp() {
        holdRaftOn("MsgApp 1");
        TestReader msgApps = new TestReader(bench, StreamType.MSGAPP).read(msgAppFrames(app(1)));

        new TestReader(bench, StreamType.MESSAGE).read(frames(heartbeat(1)));

        assertThat(msgApps.isWaiting()).isTrue();
        assertThat(bench.processed()).containsExactly("MsgHeartbeat 1");
    }

    @Test
    void shouldHoldUpNothingWhenRaftHoldsAProposal() {
        holdRaftOn("MsgProp 1");
        TestReader reader = new TestReader(bench, StreamType.MESSAGE);

        reader.read(frames(proposal(1), proposal(2)));
        reader.read(frames(heartbeat(1), proposal(3), heartbeat(2)));

        assertThat(bench.processed()).containsExactly("MsgHeartbeat 1", "MsgHeartbeat 2");
        bench.raft.room().release();
        bench.settle();
        assertThat(bench.processed())
                .containsExactly("MsgHeartbeat 1", "MsgHeartbeat 2", "MsgProp 1", "MsgProp 2", "MsgProp 3");
    }

    @Test
    void shouldNotReorderTheLaneWhenAStreamIsReplacedWhileRaftHasAMessageOfIt() {
        holdRaftOn("MsgHeartbeat 1");
        TestReader older = new TestReader(bench, StreamType.MESSAGE).read(frames(heartbeat(1), heartbeat(2)));

        TestReader newer = new TestReader(bench, StreamType.MESSAGE).read(frames(heartbeat(3)));
        assertThat(newer.isWaiting()).isTrue();
        assertThat(bench.processed()).isEmpty();
        bench.raft.room().release();

        assertThat(bench.processed()).containsExactly("MsgHeartbeat 1", "MsgHeartbeat 3");
        assertThat(older.failure()).hasMessage("the stream has been closed");
        assertThat(older.receiver().delivered()).isEqualTo(1);
        assertThat(newer.receiver().delivered()).isEqualTo(1);
    }

    @Test
    void shouldLetGoOfAReaderThatWaitsWhenItsStreamIsReplacedToo() {
        holdRaftOn("MsgHeartbeat 1");
        new TestReader(bench, StreamType.MESSAGE).read(frames(heartbeat(1)));
        TestReader older = new TestReader(bench, StreamType.MESSAGE).read(frames(heartbeat(2)));

        TestReader newest = new TestReader(bench, StreamType.MESSAGE).read(frames(heartbeat(3)));
        assertThat(older.failure()).hasMessage("the stream has been closed");
        assertThat(bench.processed()).isEmpty();
        bench.raft.room().release();

        assertThat(newest.isWaiting()).isFalse();
        assertThat(bench.processed()).containsExactly("MsgHeartbeat 1", "MsgHeartbeat 3");
    }

    @Test
    void shouldLetGoOfReadersThatWaitWhenThePeerIsClosed() {
        holdRaftOn("MsgHeartbeat 1");
        TestReader older = new TestReader(bench, StreamType.MESSAGE).read(frames(heartbeat(1)));
        TestReader newer = new TestReader(bench, StreamType.MESSAGE).read(frames(heartbeat(2)));

        bench.peer.close();

        assertThat(older.failure()).hasMessage("the stream has been closed");
        assertThat(newer.failure()).hasMessage("the stream has been closed");
    }

    @Test
    void shouldGiveUpTheLaneWhenRaftThrowsAnError() {
        bench.raft.onProcess(message -> {
            if (message.getCommit() == 1) {
                throw new AssertionError("broken Raft");
            }
        });
        StreamReceiver older = bench.accept(StreamType.MESSAGE);
        assertThatThrownBy(() -> older.receive(frames(heartbeat(1)))).hasMessage("broken Raft");

        bench.accept(StreamType.MESSAGE).receive(frames(heartbeat(2)));

        assertThat(bench.processed()).containsExactly("MsgHeartbeat 2");
    }

    @Test
    void shouldGiveRaftEachMessageOnceAsItWasWhenItsBytesComeOneByOne() {
        StreamReceiver receiver = bench.accept(StreamType.MESSAGE);
        ByteBuffer all = frames(heartbeat(1), app(2, 300), heartbeat(3));

        while (all.hasRemaining()) {
            receiver.receive(all.slice(all.position(), 1));
            all.position(all.position() + 1);
        }

        assertThat(bench.raft.processed())
                .containsExactly(fromPeer(heartbeat(1)), fromPeer(app(2, 300)), fromPeer(heartbeat(3)));
    }

    @Test
    void shouldCountLinkHeartbeatsAndKeepThemFromRaft() {
        FrameBuffer buffer = new FrameBuffer();
        new MessageEncoder().encodeLinkHeartbeat(buffer);
        ByteBuffer linkHeartbeat = Objects.requireNonNull(buffer.next());
        StreamReceiver receiver = bench.accept(StreamType.MESSAGE);

        receiver.receive(linkHeartbeat);

        assertThat(receiver.linkHeartbeats()).isEqualTo(1);
        assertThat(receiver.delivered()).isZero();
        assertThat(bench.processed()).isEmpty();
    }

    @Test
    void shouldRefuseBytesThatAreNoFrameAndCountThem() {
        StreamReceiver receiver = bench.accept(StreamType.MSGAPP);

        assertThatThrownBy(() -> receiver.receive(ByteBuffer.wrap(new byte[] {77})))
                .isInstanceOf(CorruptFrameException.class)
                .hasMessageContaining("offset 0");

        assertThat(bench.metrics.count("corrupt", Lane.MSGAPP)).isEqualTo(1);
    }

    @Test
    void shouldRefuseAFrameAboveTheLimitAndCountIt() {
        StreamReceiver receiver = bench.accept(StreamType.MESSAGE);

        assertThatThrownBy(() -> receiver.receive(
                        ByteBuffer.allocate(8).putLong(1L << 40).flip()))
                .isInstanceOf(FrameTooLargeException.class);

        assertThat(bench.metrics.count("corrupt", Lane.MESSAGE)).isEqualTo(1);
    }

    @Test
    void shouldRefuseAnEndWithinAFrame() {
        StreamReceiver receiver = bench.accept(StreamType.MESSAGE);
        ByteBuffer frame = frames(heartbeat(1));
        receiver.receive(frame.slice(0, frame.remaining() - 1));

        assertThatThrownBy(receiver::end)
                .isInstanceOf(CorruptFrameException.class)
                .hasMessageContaining("the stream ends within a frame");

        assertThat(bench.metrics.count("corrupt", Lane.MESSAGE)).isEqualTo(1);
        assertThat(bench.processed()).isEmpty();
    }

    @Test
    void shouldAcceptAnEndBetweenFrames() {
        StreamReceiver receiver = bench.accept(StreamType.MESSAGE);
        receiver.receive(frames(heartbeat(1)));

        receiver.end();

        assertThat(bench.metrics.count("corrupt", Lane.MESSAGE)).isZero();
    }

    private void holdRaftOn(String label) {
        bench.raft.room().holdWhen(message -> TestMessages.label(message).equals(label));
    }
}
