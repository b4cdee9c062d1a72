package dev.rafthttp.peer;

import static dev.rafthttp.peer.PeerBench.frames;
import static dev.rafthttp.peer.PeerBench.msgAppFrames;
import static dev.rafthttp.peer.TestMessages.app;
import static dev.rafthttp.peer.TestMessages.fromPeer;
import static dev.rafthttp.peer.TestMessages.heartbeat;
import static dev.rafthttp.peer.TestMessages.proposal;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.rafthttp.CorruptFrameException;
import dev.rafthttp.FrameTooLargeException;
import dev.rafthttp.Lane;
import dev.rafthttp.PeerUnreachableException;
import dev.rafthttp.codec.FrameBuffer;
import dev.rafthttp.codec.MessageEncoder;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Reading one stream, and what holds when Raft is slow and when a stream replaces another. */
@Timeout(60)
class StreamReceiverTest {
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final PeerBench bench = new PeerBench(threads);

    /** Opened when Raft is blocked. */
    private final CountDownLatch blocked = new CountDownLatch(1);

    /** Opened, lets Raft take the message it is blocked on. */
    private final CountDownLatch gate = new CountDownLatch(1);

    @AfterEach
    void stop() {
        gate.countDown();
        threads.shutdownNow();
    }

    @Test
    void shouldNotReturnWhileRaftTakesAMessageSoThatNoMoreIsRead() throws Exception {
        blockRaftOn("MsgHeartbeat 1");
        StreamReceiver receiver = bench.accept(Lane.MESSAGE);

        Future<?> reading = threads.submit(() -> receiver.receive(frames(heartbeat(1), heartbeat(2))));
        awaitBlocked();
        assertThat(reading.isDone()).isFalse();
        assertThat(receiver.delivered()).isZero();
        gate.countDown();
        get(reading);

        assertThat(bench.processed()).containsExactly("MsgHeartbeat 1", "MsgHeartbeat 2");
        assertThat(receiver.delivered()).isEqualTo(2);
    }

    @Test
    void shouldCloseAStreamWhenNoByteComesForTooLong() {
        List<String> closed = new ArrayList<>();
        bench.peer.start();
        StreamReceiver receiver = bench.accept(Lane.MESSAGE, cause -> closed.add(cause.getMessage()));

        advance(PeerBench.MAX_SILENCE.minusMillis(500));
        receiver.receive(frames(heartbeat(1)));
        advance(PeerBench.MAX_SILENCE.minusMillis(500));
        assertThat(closed).isEmpty();
        advance(Duration.ofMillis(500));

        assertThat(closed).containsExactly("no byte for 3000 ms");
    }

    @Test
    void shouldNotTakeAStreamForSilentWhenRaftHoldsItUp() throws Exception {
        blockRaftOn("MsgHeartbeat 1");
        List<String> closed = new ArrayList<>();
        bench.peer.start();
        StreamReceiver receiver = bench.accept(Lane.MESSAGE, cause -> closed.add(cause.getMessage()));
        Future<?> reading = threads.submit(() -> receiver.receive(frames(heartbeat(1))));
        awaitBlocked();

        advance(PeerBench.MAX_SILENCE.multipliedBy(10));
        assertThat(closed).isEmpty();
        gate.countDown();
        get(reading);
        advance(PeerBench.MAX_SILENCE);

        assertThat(closed).containsExactly("no byte for 3000 ms");
    }

    /** In steps that are shorter than the peer's ticks. */
    private void advance(Duration time) {
        for (long left = time.toMillis(); left > 0; left -= 50) {
            bench.surroundings.scheduler.advance(Duration.ofMillis(50));
        }
    }

    @Test
    void shouldGiveAnotherLanesMessagesToRaftWhenRaftIsBlockedOnOne() throws Exception {
        blockRaftOn("MsgApp 1");
        StreamReceiver msgApp = bench.accept(Lane.MSGAPP);
        threads.submit(() -> msgApp.receive(msgAppFrames(app(1))));
        awaitBlocked();

        bench.accept(Lane.MESSAGE).receive(frames(heartbeat(1)));

        assertThat(bench.processed()).containsExactly("MsgHeartbeat 1");
    }

    @Test
    void shouldHoldUpNothingWhenRaftIsBlockedOnAProposal() {
        blockRaftOn("MsgProp 1");
        StreamReceiver receiver = bench.accept(Lane.MESSAGE);
        receiver.receive(frames(proposal(1), proposal(2)));
        awaitBlocked();

        receiver.receive(frames(heartbeat(1), proposal(3), heartbeat(2)));

        assertThat(bench.processed()).containsExactly("MsgHeartbeat 1", "MsgHeartbeat 2");
        gate.countDown();
        await().atMost(PATIENCE).until(() -> bench.processed().size() == 5);
        assertThat(bench.processed())
                .containsExactly("MsgHeartbeat 1", "MsgHeartbeat 2", "MsgProp 1", "MsgProp 2", "MsgProp 3");
    }

    @Test
    void shouldNotReorderTheLaneWhenAStreamIsReplacedWhileRaftTakesAMessageOfIt() throws Exception {
        blockRaftOn("MsgHeartbeat 1");
        StreamReceiver older = bench.accept(Lane.MESSAGE);
        Future<?> readingOlder = threads.submit(() -> older.receive(frames(heartbeat(1), heartbeat(2))));
        awaitBlocked();

        StreamReceiver newer = bench.accept(Lane.MESSAGE);
        Future<?> readingNewer = threads.submit(() -> newer.receive(frames(heartbeat(3))));
        assertThat(readingNewer).isNotDone();
        assertThat(bench.processed()).isEmpty();
        gate.countDown();
        get(readingNewer);

        assertThat(bench.processed()).containsExactly("MsgHeartbeat 1", "MsgHeartbeat 3");
        assertThatThrownBy(() -> get(readingOlder)).hasRootCauseMessage("the stream has been closed");
        assertThat(older.delivered()).isEqualTo(1);
        assertThat(newer.delivered()).isEqualTo(1);
    }

    @Test
    void shouldLetGoOfAReaderThatWaitsWhenItsStreamIsReplacedToo() throws Exception {
        blockRaftOn("MsgHeartbeat 1");
        StreamReceiver oldest = bench.accept(Lane.MESSAGE);
        Future<?> readingOldest = threads.submit(() -> oldest.receive(frames(heartbeat(1))));
        awaitBlocked();
        StreamReceiver older = bench.accept(Lane.MESSAGE);
        Future<?> readingOlder = threads.submit(() -> older.receive(frames(heartbeat(2))));

        StreamReceiver newest = bench.accept(Lane.MESSAGE);
        Future<?> readingNewest = threads.submit(() -> newest.receive(frames(heartbeat(3))));
        assertThatThrownBy(() -> get(readingOlder)).hasRootCauseMessage("the stream has been closed");
        assertThat(bench.processed()).isEmpty();
        gate.countDown();
        get(readingOldest);
        get(readingNewest);

        assertThat(bench.processed()).containsExactly("MsgHeartbeat 1", "MsgHeartbeat 3");
    }

    @Test
    void shouldLetGoOfAReaderThatWaitsWhenThePeerIsClosed() throws Exception {
        blockRaftOn("MsgHeartbeat 1");
        StreamReceiver older = bench.accept(Lane.MESSAGE);
        threads.submit(() -> older.receive(frames(heartbeat(1))));
        awaitBlocked();
        StreamReceiver newer = bench.accept(Lane.MESSAGE);
        Future<?> reading = threads.submit(() -> newer.receive(frames(heartbeat(2))));

        bench.peer.close();

        assertThatThrownBy(() -> get(reading)).hasRootCauseMessage("the stream has been closed");
    }

    @Test
    void shouldSayThatItWasInterruptedWhenItWaitedForAnOlderStream() throws Exception {
        blockRaftOn("MsgHeartbeat 1");
        StreamReceiver older = bench.accept(Lane.MESSAGE);
        threads.submit(() -> older.receive(frames(heartbeat(1))));
        awaitBlocked();
        StreamReceiver newer = bench.accept(Lane.MESSAGE);

        Thread.currentThread().interrupt();

        assertThatThrownBy(() -> newer.receive(frames(heartbeat(2))))
                .isInstanceOf(PeerUnreachableException.class)
                .hasMessage("interrupted while an older stream finished");
        assertThat(Thread.interrupted()).isTrue();
    }

    @Test
    void shouldGiveUpTheLaneWhenRaftThrowsAnError() {
        bench.raft.onProcess(message -> {
            if (message.getCommit() == 1) {
                throw new AssertionError("broken Raft");
            }
        });
        StreamReceiver older = bench.accept(Lane.MESSAGE);
        assertThatThrownBy(() -> older.receive(frames(heartbeat(1)))).hasMessage("broken Raft");

        bench.accept(Lane.MESSAGE).receive(frames(heartbeat(2)));

        assertThat(bench.processed()).containsExactly("MsgHeartbeat 2");
    }

    @Test
    void shouldGiveRaftEachMessageOnceAsItWasWhenItsBytesComeOneByOne() {
        StreamReceiver receiver = bench.accept(Lane.MESSAGE);
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
        StreamReceiver receiver = bench.accept(Lane.MESSAGE);

        receiver.receive(linkHeartbeat);

        assertThat(receiver.linkHeartbeats()).isEqualTo(1);
        assertThat(receiver.delivered()).isZero();
        assertThat(bench.processed()).isEmpty();
    }

    @Test
    void shouldRefuseBytesThatAreNoFrameAndCountThem() {
        StreamReceiver receiver = bench.accept(Lane.MSGAPP);

        assertThatThrownBy(() -> receiver.receive(ByteBuffer.wrap(new byte[] {77})))
                .isInstanceOf(CorruptFrameException.class)
                .hasMessageContaining("offset 0");

        assertThat(bench.metrics.count("corrupt", Lane.MSGAPP)).isEqualTo(1);
    }

    @Test
    void shouldRefuseAFrameAboveTheLimitAndCountIt() {
        StreamReceiver receiver = bench.accept(Lane.MESSAGE);

        assertThatThrownBy(() -> receiver.receive(
                        ByteBuffer.allocate(8).putLong(1L << 40).flip()))
                .isInstanceOf(FrameTooLargeException.class);

        assertThat(bench.metrics.count("corrupt", Lane.MESSAGE)).isEqualTo(1);
    }

    @Test
    void shouldRefuseAnEndWithinAFrame() {
        StreamReceiver receiver = bench.accept(Lane.MESSAGE);
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
        StreamReceiver receiver = bench.accept(Lane.MESSAGE);
        receiver.receive(frames(heartbeat(1)));

        receiver.end();

        assertThat(bench.metrics.count("corrupt", Lane.MESSAGE)).isZero();
    }

    private void blockRaftOn(String label) {
        bench.raft.onProcess(message -> {
            if (TestMessages.label(message).equals(label)) {
                blocked.countDown();
                gate.await();
            }
        });
    }

    private void awaitBlocked() {
        await().atMost(PATIENCE).until(() -> blocked.getCount() == 0);
    }

    private static void get(Future<?> task) throws ExecutionException {
        try {
            task.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        } catch (InterruptedException | TimeoutException e) {
            throw new AssertionError("still waiting after " + PATIENCE, e);
        }
    }
}
