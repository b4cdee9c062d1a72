package dev.rafthttp.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rafthttp.ClusterId;
import dev.rafthttp.StreamType;
import dev.rafthttp.TransportConfig;
import dev.rafthttp.fixture.ScriptedInbound;
import dev.rafthttp.inbound.StreamReceiver;
import dev.rafthttp.runtime.Scheduler;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.eclipse.jetty.util.Callback;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/** When which count is written, in virtual time, to an output that has room when the test says so. */
class AckWriterTest {
    private static final Duration TICK = Duration.ofMillis(50);
    private static final Duration FLOWING = Duration.ofMillis(100);
    private static final Duration IDLE = Duration.ofMillis(500);

    private final ReceivingMember member = new ReceivingMember();
    private final Frames frames = new Frames(StreamType.MESSAGE);
    private final Output out = new Output();
    private final Clock clock = new Clock();
    private final List<IOException> broken = new ArrayList<>();
    private final AtomicInteger completions = new AtomicInteger();
    private StreamReceiver receiver;
    private AckWriter acks;

    private static final class Clock implements Scheduler {
        private final AtomicLong nanos = new AtomicLong(1_000);

        @Override
        public long nanoTime() {
            return nanos.get();
        }

        @Override
        public Instant now() {
            return Instant.EPOCH;
        }

        @Override
        public Cancellable schedule(Runnable task, long delayNanos) {
            throw new UnsupportedOperationException();
        }
    }

    private static final class Output implements AckWriter.Output {
        private final List<Long> written = new ArrayList<>();
        private final AtomicBoolean inUse = new AtomicBoolean();
        private volatile boolean overlapped;
        private boolean hasRoom = true;
        private Runnable waiting = () -> {};
        private Consumer<ByteBuffer> before = buffer -> {};
        private boolean failing;

        @Override
        public void write(ByteBuffer bytes, Callback ended) {
            before.accept(bytes);
            overlapped |= !inUse.compareAndSet(false, true);
            if (hasRoom) {
                end(bytes, ended);
            } else {
                waiting = () -> end(bytes, ended);
            }
        }

        private void end(ByteBuffer bytes, Callback ended) {
            inUse.set(false);
            if (failing) {
                ended.failed(new IOException("reset"));
                return;
            }
            while (bytes.hasRemaining()) {
                written.add(bytes.getLong());
            }
            ended.succeeded();
        }

        /** Ends the write that waits for room. */
        void makeRoom() {
            hasRoom = true;
            waiting.run();
        }
    }

    private static TransportConfig config() {
        return TransportConfig.builder(ReceivingMember.ID, new ClusterId(0xcafe))
                .acknowledgements(FLOWING, IDLE)
                .build();
    }

    @BeforeEach
    void open() {
        TransportConfig config = config();
        receiver = member.peers
                .get(ReceivingMember.PEER)
                .accept(StreamType.MESSAGE, new ScriptedInbound(), config.streamTimeout());
        acks = new AckWriter(out, receiver, ReceivingMember.PEER, config, clock, TICK.toNanos(), broken::add);
        acks.start();
    }

    @AfterEach
    void close() {
        member.close();
    }

    private void receiveMessages(int count) {
        for (int i = 0; i < count; i++) {
            receiver.receive(ByteBuffer.wrap(frames.of(frames.message(i))));
        }
    }

    private void receiveLinkHeartbeats(int count) {
        receiver.receive(ByteBuffer.wrap(frames.linkHeartbeats(count)));
    }

    /** Ticks until this much time has passed. */
    private void pass(Duration time) {
        for (long end = clock.nanoTime() + time.toNanos(); clock.nanoTime() < end; ) {
            clock.nanos.addAndGet(TICK.toNanos());
            acks.tick();
        }
    }

    @Test
    void shouldWriteOneCountForEachLinkHeartbeat() {
        receiveMessages(3);
        receiveLinkHeartbeats(2);
        acks.tick();
        acks.tick();

        assertThat(out.written).containsExactly(3L, 3L);
    }

    @Test
    void shouldAnswerOnlySoManyLinkHeartbeatsOneByOneWhenAFloodOfThemComes() {
        receiveLinkHeartbeats(10_000);
        acks.tick();
        acks.tick();

        assertThat(out.written).hasSize(16);
    }

    @Test
    void shouldWriteAtLeastEveryIntervalWhileMessagesFlow() {
        for (int i = 0; i < 10; i++) {
            receiveMessages(1);
            pass(FLOWING);
            assertThat(out.written).last().isEqualTo(i + 1L);
        }
        assertThat(out.written).hasSizeLessThanOrEqualTo(20);
    }

    @Test
    void shouldWriteAtLeastEveryIdleIntervalAndNoMoreWhileNothingFlows() {
        pass(IDLE.multipliedBy(10));

        assertThat(out.written).hasSizeBetween(10, 12).containsOnly(0L);
    }

    @Test
    void shouldWriteTheNewestCountOnlyWhenThereWasNoRoomForOlderOnes() {
        out.hasRoom = false;
        for (int i = 0; i < 5; i++) {
            receiveMessages(1);
            pass(FLOWING);
        }
        assertThat(out.written).isEmpty();

        out.makeRoom();
        pass(FLOWING);

        assertThat(out.written).containsExactly(1L, 5L);
    }

    @Test
    void shouldReportABrokenAnswerOnceAndWriteNoMore() {
        out.failing = true;
        pass(IDLE.multipliedBy(3));
        out.failing = false;
        pass(IDLE.multipliedBy(3));

        assertThat(broken).singleElement().satisfies(cause -> assertThat(cause).hasMessage("reset"));
        assertThat(out.written).isEmpty();
    }

    @Test
    void shouldWriteTheLastCountAndThenNothingWhenFinished() {
        receiveMessages(2);
        acks.finish(completions::incrementAndGet);
        receiveMessages(1);
        receiveLinkHeartbeats(1);
        pass(IDLE.multipliedBy(3));

        assertThat(out.written).containsExactly(2L);
        assertThat(completions).hasValue(1);
    }

    @Test
    void shouldCompleteWhenTheLastCountHasBeenWritten() {
        out.hasRoom = false;
        receiveMessages(2);
        acks.finish(completions::incrementAndGet);
        assertThat(completions).hasValue(0);

        out.makeRoom();

        assertThat(out.written).containsExactly(2L);
        assertThat(completions).hasValue(1);
    }

    @Test
    void shouldCompleteWhenTheLastCountCannotBeWritten() {
        out.hasRoom = false;
        receiveMessages(2);
        acks.finish(completions::incrementAndGet);
        out.failing = true;

        out.makeRoom();

        assertThat(broken).hasSize(1);
        assertThat(completions).hasValue(1);
    }

    @Test
    void shouldWriteNothingBeforeTheHeadHasBeenFlushed() {
        AckWriter early =
                new AckWriter(out, receiver, ReceivingMember.PEER, config(), clock, TICK.toNanos(), broken::add);
        receiveLinkHeartbeats(1);
        early.tick();
        assertThat(out.written).isEmpty();

        early.start();

        assertThat(out.written).containsExactly(0L);
    }

    @Test
    void shouldLetOneThreadAtATimeWriteWhenSeveralAskAtOnce() {
        int calls = 20_000;
        Runnable asking = () -> {
            for (int i = 0; i < calls; i++) {
                clock.nanos.addAndGet(IDLE.toNanos());
                acks.tick();
            }
        };
        CompletableFuture.allOf(
                        CompletableFuture.runAsync(asking),
                        CompletableFuture.runAsync(asking),
                        CompletableFuture.runAsync(asking))
                .join();
        acks.finish(completions::incrementAndGet);

        assertThat(out.overlapped).isFalse();
        assertThat(out.written).isNotEmpty();
        assertThat(completions).hasValue(1);
    }

    static final List<Throwable> FAILURES =
            List.of(new IllegalStateException("broken"), new StackOverflowError("deep"));

    private static void sneakyThrow(Throwable failure) {
        if (failure instanceof Error error) {
            throw error;
        }
        throw (RuntimeException) failure;
    }

    @ParameterizedTest
    @FieldSource("FAILURES")
    void shouldTellOnceAndStillEndTheAnswerWhenTheOutputThrows(Throwable failure) {
        out.before = buffer -> sneakyThrow(failure);
        receiveMessages(1);
        pass(IDLE.multipliedBy(3));

        assertThat(broken).singleElement().satisfies(e -> assertThat(e).hasCause(failure));
        acks.finish(completions::incrementAndGet);
        assertThat(completions).hasValue(1);
    }

    @ParameterizedTest
    @FieldSource("FAILURES")
    void shouldStillEndTheAnswerWhenItsOwnerThrowsAtTheNewsThatItIsBroken(Throwable failure) {
        acks = new AckWriter(
                out, receiver, ReceivingMember.PEER, config(), clock, TICK.toNanos(), cause -> sneakyThrow(failure));
        acks.start();
        out.failing = true;
        receiveMessages(1);
        pass(IDLE);

        acks.finish(completions::incrementAndGet);

        assertThat(completions).hasValue(1);
    }

    @ParameterizedTest
    @FieldSource("FAILURES")
    void shouldLeaveTheOutputAloneWhenTheEndOfTheAnswerThrows(Throwable failure) {
        acks.finish(() -> sneakyThrow(failure));
        int written = out.written.size();

        receiveMessages(3);
        pass(IDLE.multipliedBy(3));

        assertThat(out.written).hasSize(written);
        assertThat(broken).isEmpty();
    }
}
