package dev.rafthttp.outbound;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import dev.rafthttp.ClusterId;
import dev.rafthttp.Dialect;
import dev.rafthttp.DropReason;
import dev.rafthttp.Lane;
import dev.rafthttp.MemberId;
import dev.rafthttp.PeerStatus.LaneStatus;
import dev.rafthttp.PeerUnreachableException;
import dev.rafthttp.StreamType;
import dev.rafthttp.TransportConfig;
import dev.rafthttp.codec.FrameDecoder;
import dev.rafthttp.codec.FrameLimits;
import dev.rafthttp.codec.MemoryBudget;
import dev.rafthttp.codec.MessageDecoder;
import dev.rafthttp.codec.MessageEncoder;
import dev.rafthttp.coupling.StreamCoupler;
import dev.rafthttp.fixture.RecordingCallback;
import dev.rafthttp.fixture.TestMessages;
import dev.rafthttp.ledger.PeerLedger;
import dev.rafthttp.ledger.RaftReports;
import dev.rafthttp.metrics.PeerMetrics;
import dev.rafthttp.queue.SendQueue;
import dev.rafthttp.queue.SendQueue.MessageClass;
import dev.rafthttp.raftpb.Entry;
import dev.rafthttp.raftpb.Message;
import dev.rafthttp.raftpb.MessageType;
import dev.rafthttp.runtime.Scheduler;
import dev.rafthttp.runtime.SystemScheduler;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Queue;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Many senders, streams that come, break and are replaced at any moment, and writes that complete before or after they
 * return: every message is written once, in order, or accounted for as lost.
 */
@Timeout(120)
class StreamWriterStressTest {
    private static final int SENDERS = 4;
    private static final int MESSAGES_A_SENDER = 50_000;
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final ExecutorService network = Executors.newFixedThreadPool(2);
    private final SystemScheduler scheduler = new SystemScheduler("stress-scheduler");
    private final Ledger ledger = new Ledger(scheduler);
    private final SendQueue queue = new SendQueue(4096, 64 << 20, true);
    private final StreamWriter writer = new StreamWriter(
            StreamType.MESSAGE,
            true,
            queue,
            TransportConfig.builder(new MemberId(1), new ClusterId(1)).build(),
            scheduler,
            Drainers.ofProcessors(threads, scheduler.nanoTime()),
            ledger);

    @AfterEach
    void stop() {
        threads.shutdownNow();
        network.shutdownNow();
        scheduler.close();
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {11, 12, 13, 14})
    void shouldAccountForEveryMessageOnceWhenStreamsComeAndGo(long seed) throws Exception {
        SplittableRandom seeds = new SplittableRandom(seed);
        AtomicInteger senders = new AtomicInteger(SENDERS);
        List<Future<?>> tasks = new ArrayList<>();
        for (int sender = 0; sender < SENDERS; sender++) {
            int number = sender;
            SplittableRandom random = seeds.split();
            tasks.add(threads.submit(() -> {
                for (int i = 0; i < MESSAGES_A_SENDER; i++) {
                    send(number, i, random);
                }
                senders.decrementAndGet();
            }));
        }
        for (int i = 0; i < 2; i++) {
            SplittableRandom random = seeds.split();
            tasks.add(threads.submit(() -> {
                while (senders.get() > 0) {
                    disturb(random);
                }
            }));
        }
        for (Future<?> task : tasks) {
            task.get();
        }

        attach(new RandomSink(seeds.split(), 0));
        await().atMost(PATIENCE).until(() -> queue.messages() == 0);
        writer.close(DropReason.CLOSED, new PeerUnreachableException("the test is over"));
        await().atMost(PATIENCE).until(() -> !writer.isUsable() && isSettled());

        ledger.assertEveryMessageAccountedFor(SENDERS * MESSAGES_A_SENDER);
        assertThat(ledger.count(Fate.WRITTEN)).as("messages written").isPositive();
        assertThat(queue.bytes()).as("bytes queued").isZero();
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {21, 22})
    void shouldWriteAllWithoutAnotherSignalWhenSendersPause(long seed) throws Exception {
        SplittableRandom seeds = new SplittableRandom(seed);
        attach(new RandomSink(seeds.split(), 0));
        int[] next = new int[SENDERS];
        while (next[0] < MESSAGES_A_SENDER) {
            List<Future<?>> burst = new ArrayList<>();
            for (int sender = 0; sender < SENDERS; sender++) {
                int number = sender;
                int first = next[sender];
                int last = Math.min(MESSAGES_A_SENDER, first + 1 + seeds.nextInt(200));
                next[sender] = last;
                SplittableRandom random = seeds.split();
                burst.add(threads.submit(() -> {
                    for (int i = first; i < last; i++) {
                        send(number, i, random);
                    }
                }));
            }
            for (Future<?> sender : burst) {
                sender.get();
            }
            int sent = Arrays.stream(next).sum();
            await().atMost(PATIENCE)
                    .pollInterval(Duration.ofNanos(50_000))
                    .until(() -> ledger.count(Fate.WRITTEN) == sent);
        }

        assertThat(ledger.violations).isEmpty();
        assertThat(writer.status().sent()).isEqualTo(Arrays.stream(next).sum());
    }

    private void send(int sender, int number, SplittableRandom random) {
        boolean urgent = random.nextInt(4) > 0;
        Message.Builder message = Message.newBuilder()
                .setType(urgent ? MessageType.MsgHeartbeat : MessageType.MsgProp)
                .setFrom(1)
                .setTo(2)
                .setTerm(sender)
                .setIndex(number);
        if (random.nextInt(5000) == 0) {
            // Of several pieces.
            message.addEntries(Entry.newBuilder().setData(ByteString.copyFrom(new byte[300_000])));
        }
        Message built = message.build();
        if (!writer.offer(built, built.getSerializedSize(), urgent ? MessageClass.URGENT : MessageClass.BULK)) {
            ledger.settle(built, Fate.REJECTED);
            Thread.yield();
        }
    }

    private void disturb(SplittableRandom random) {
        switch (random.nextInt(8)) {
            case 0, 1, 2 -> attach(new RandomSink(random.split(), 200));
            case 3 -> {
                writer.dialFailed();
                attach(new RandomSink(random.split(), 200));
            }
            case 4 -> {
                RandomSink sink = ledger.lastSink;
                OutboundStream stream = sink == null ? null : sink.stream;
                if (stream != null) {
                    stream.close(new IOException("connection reset"));
                }
            }
            default -> writer.tick(true);
        }
        pause(random);
    }

    /** Gives a stream some time to carry messages. */
    private static void pause(SplittableRandom random) {
        long until = System.nanoTime() + random.nextInt(400_000);
        while (System.nanoTime() < until) {
            Thread.onSpinWait();
        }
    }

    private void attach(RandomSink sink) {
        ledger.lastSink = sink;
        sink.stream = writer.attach(sink, new MessageEncoder(), true);
    }

    private boolean isSettled() {
        LaneStatus account = writer.status();
        return account.sent() == account.delivered() + account.inDoubt();
    }

    private enum Fate {
        UNKNOWN,
        WRITTEN,
        DROPPED,
        REJECTED
    }

    /** What became of each message, and everything that should not have happened. */
    private static final class Ledger extends PeerLedger {
        private final AtomicIntegerArray fates = new AtomicIntegerArray(SENDERS * MESSAGES_A_SENDER);
        private final AtomicIntegerArray counts = new AtomicIntegerArray(Fate.values().length);
        private final Queue<String> violations = new ConcurrentLinkedQueue<>();
        private volatile @Nullable RandomSink lastSink;

        // Guarded by this.
        private final int[][] lastWritten = new int[SENDERS][MessageClass.values().length];

        Ledger(Scheduler scheduler) {
            super(
                    new MemberId(1),
                    new MemberId(2),
                    Dialect.PUSH,
                    PeerMetrics.NONE,
                    StreamCoupler.NONE,
                    new RaftReports(new RecordingCallback(), Runnable::run, scheduler),
                    scheduler);
            for (int[] last : lastWritten) {
                Arrays.fill(last, -1);
            }
        }

        void settle(Message message, Fate fate) {
            int id = (int) (message.getTerm() * MESSAGES_A_SENDER + message.getIndex());
            if (fates.compareAndSet(id, Fate.UNKNOWN.ordinal(), fate.ordinal())) {
                counts.incrementAndGet(fate.ordinal());
            } else {
                violations.add(TestMessages.label(message) + " of sender " + message.getTerm() + " is " + fate
                        + " and was " + Fate.values()[fates.get(id)]);
            }
        }

        synchronized void written(Message message) {
            settle(message, Fate.WRITTEN);
            int[] last = lastWritten[(int) message.getTerm()];
            int messageClass =
                    (message.getType() == MessageType.MsgHeartbeat ? MessageClass.URGENT : MessageClass.BULK).ordinal();
            int number = (int) message.getIndex();
            if (number <= last[messageClass]) {
                violations.add(TestMessages.label(message) + " of sender " + message.getTerm() + " came after "
                        + last[messageClass]);
            }
            last[messageClass] = number;
        }

        int count(Fate fate) {
            return counts.get(fate.ordinal());
        }

        void assertEveryMessageAccountedFor(int messages) {
            assertThat(violations).isEmpty();
            long known = count(Fate.WRITTEN) + count(Fate.DROPPED) + count(Fate.REJECTED);
            assertThat(messages - known)
                    .as("messages of unknown fate are those encoded for a write that failed")
                    .isEqualTo(status(Lane.MESSAGE, false, 0, 0).sent() - count(Fate.WRITTEN));
        }

        @Override
        public void attached(StreamType type) {}

        @Override
        public void detached(StreamType type, Throwable cause) {
            if (String.valueOf(cause.getMessage()).startsWith("acknowledges")) {
                violations.add(cause.getMessage());
            }
        }

        @Override
        public void failed(StreamType type, Throwable cause) {
            throw new AssertionError(cause);
        }

        @Override
        public void dropped(Lane lane, Message message, DropReason reason) {
            settle(message, Fate.DROPPED);
        }
    }

    /** Completes each write at once, later on another thread, or with a failure, by chance; acknowledges what was written. */
    private final class RandomSink implements StreamSink, FrameDecoder.FrameSink {
        private final SplittableRandom random;
        private final int failOneIn;
        private final FrameDecoder decoder = new MessageDecoder(FrameLimits.DEFAULT, MemoryBudget.unlimited());
        private volatile @Nullable OutboundStream stream;
        private long delivered;

        // Guarded by this.
        private @Nullable WriteCompletion underWay;
        private @Nullable ByteBuffer piece;
        private @Nullable Throwable closeCause;

        /** @param failOneIn how rare failures are; 0: there are none */
        RandomSink(SplittableRandom random, int failOneIn) {
            this.random = random;
            this.failOneIn = failOneIn;
        }

        @Override
        public void write(ByteBuffer bytes, WriteCompletion completion) {
            Throwable failure;
            synchronized (this) {
                if (underWay != null) {
                    ledger.violations.add("two writes at a time");
                }
                failure = closeCause;
                if (failure == null) {
                    underWay = completion;
                    piece = bytes;
                }
            }
            if (failure != null) {
                completion.failed(failure);
            } else if (failOneIn > 0 && random.nextInt(failOneIn) == 0) {
                fail(new IOException("broken pipe"));
            } else if (random.nextInt(3) == 0) {
                network.execute(this::succeed);
            } else {
                succeed();
            }
        }

        private void succeed() {
            WriteCompletion completion;
            ByteBuffer bytes;
            synchronized (this) {
                completion = underWay;
                bytes = piece;
                underWay = null;
                piece = null;
            }
            if (completion != null && bytes != null) {
                decoder.decode(bytes, this);
                OutboundStream self = stream;
                if (self != null) {
                    self.acknowledged(delivered);
                }
                completion.succeeded();
            }
        }

        private void fail(Throwable cause) {
            WriteCompletion completion;
            synchronized (this) {
                completion = underWay;
                underWay = null;
                piece = null;
            }
            if (completion != null) {
                completion.failed(cause);
            }
        }

        @Override
        public void close(Throwable cause) {
            synchronized (this) {
                closeCause = cause;
            }
            fail(cause);
        }

        @Override
        public boolean message(Message message, int encodedBytes) {
            delivered++;
            ledger.written(message);
            return true;
        }

        @Override
        public void linkHeartbeat() {}
    }
}
