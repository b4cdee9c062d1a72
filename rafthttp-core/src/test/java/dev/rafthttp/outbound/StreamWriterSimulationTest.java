package dev.rafthttp.outbound;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rafthttp.DropReason;
import dev.rafthttp.PeerStatus.LaneStatus;
import dev.rafthttp.PeerUnreachableException;
import dev.rafthttp.codec.MessageEncoder;
import dev.rafthttp.fixture.RecordingLedger.Drop;
import dev.rafthttp.fixture.ScriptedSink;
import dev.rafthttp.fixture.Seed;
import dev.rafthttp.fixture.TestMessages;
import dev.rafthttp.raftpb.Message;
import dev.rafthttp.raftpb.MessageType;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Random histories of one lane in virtual time, on one thread, so that a seed always gives the same history: messages, writes
 * that complete sooner or later or fail, streams that come, break and are replaced, dials in vain, acknowledgements.
 */
class StreamWriterSimulationTest {
    private static final int STEPS = 2_000;

    static LongStream seeds() {
        return LongStream.range(0, 40).map(i -> Seed.or(i));
    }

    @ParameterizedTest(name = "-Drafthttp.seed={0}")
    @MethodSource("seeds")
    void shouldWriteInOrderAndAccountForEveryMessageInAnyHistory(long seed) {
        History history = new History(seed);
        for (int step = 0; step < STEPS; step++) {
            history.step();
            history.assertBounds();
        }
        history.finish();

        history.assertEveryMessageAccountedFor();
        history.assertOrder();
    }

    @Test
    void shouldReachEveryFateInItsHistories() {
        long written = 0;
        long inDoubt = 0;
        long refused = 0;
        long dropped = 0;
        for (long seed = 0; seed < 20; seed++) {
            History history = new History(seed);
            for (int step = 0; step < STEPS; step++) {
                history.step();
            }
            history.finish();
            written += history.written().size();
            inDoubt += history.bench.account().inDoubt();
            refused += history.refused;
            dropped += history.bench.drops.size();
        }

        assertThat(List.of(written, inDoubt, refused, dropped)).allMatch(count -> count > 1_000);
    }

    /** One history. */
    private static final class History {
        private static final int QUEUE_MESSAGES = 200;
        private static final long QUEUE_BYTES = 1 << 20;

        private final SplittableRandom random;
        private final WriterBench bench = new WriterBench(builder -> builder.queue(QUEUE_MESSAGES, QUEUE_BYTES));
        private final List<ScriptedSink> sinks = new ArrayList<>();
        private final List<OutboundStream> streams = new ArrayList<>();
        private final List<Boolean> acknowledged = new ArrayList<>();
        private final List<Message> accepted = new ArrayList<>();
        private long refused;

        History(long seed) {
            random = new SplittableRandom(seed);
        }

        void step() {
            switch (random.nextInt(40)) {
                case 0 -> attach();
                case 1 -> breakStream();
                case 2 -> failWrite();
                case 3 -> dialInVain();
                case 4 -> hangOrGoOn();
                case 5 -> bench.writer.tick(true);
                case 6, 7, 8 -> bench.surroundings.scheduler.advance(random.nextLong(100_000));
                case 9 -> bench.surroundings.scheduler.advance(random.nextLong(600_000_000));
                case 10, 11, 12, 13 -> runATask();
                case 14, 15, 16, 17, 18, 19 -> completeWrite();
                case 20 -> acknowledge();
                default -> send();
            }
        }

        private void send() {
            int burst = 1 + (random.nextInt(10) == 0 ? random.nextInt(100) : 0);
            for (int i = 0; i < burst; i++) {
                long number = accepted.size() + refused;
                Message message = switch (random.nextInt(40)) {
                    case 0 -> TestMessages.proposal(number, 150_000);
                    case 1, 2, 3, 4 -> TestMessages.proposal(number, 3_000);
                    case 5, 6, 7, 8, 9, 10 -> TestMessages.app(number);
                    default -> TestMessages.heartbeat(number);
                };
                if (bench.offer(message)) {
                    accepted.add(message);
                } else {
                    refused++;
                }
            }
        }

        private void attach() {
            ScriptedSink sink = new ScriptedSink();
            if (random.nextBoolean()) {
                sink.completeWhenTold();
            }
            attach(sink, random.nextInt(4) > 0);
        }

        private void attach(ScriptedSink sink, boolean acknowledges) {
            sinks.add(sink);
            acknowledged.add(acknowledges);
            streams.add(bench.writer.attach(sink, new MessageEncoder(), acknowledges));
        }

        private void breakStream() {
            if (!streams.isEmpty()) {
                streams.get(streams.size() - 1).close(new PeerUnreachableException("connection reset"));
            }
        }

        private void dialInVain() {
            if (random.nextInt(3) == 0) {
                bench.writer.dialFailed();
            }
        }

        private void hangOrGoOn() {
            if (!sinks.isEmpty()) {
                ScriptedSink sink = sinks.get(sinks.size() - 1);
                if (random.nextBoolean()) {
                    sink.completeAtOnce();
                } else {
                    sink.completeWhenTold();
                }
            }
        }

        private void completeWrite() {
            for (ScriptedSink sink : sinks) {
                if (sink.isWriting()) {
                    sink.succeed();
                    return;
                }
            }
        }

        private void failWrite() {
            for (ScriptedSink sink : sinks) {
                if (sink.isWriting()) {
                    sink.fail(new IOException("broken pipe"));
                    return;
                }
            }
        }

        private void acknowledge() {
            int last = sinks.size() - 1;
            if (last >= 0 && acknowledged.get(last)) {
                int whole = WriterBench.framesIn(sinks.get(last)).messages().size();
                streams.get(last).acknowledged(whole);
            }
        }

        private void runATask() {
            if (bench.surroundings.executor.pending() > 0) {
                bench.surroundings.executor.runNext();
            }
        }

        /** Lets everything come to rest on a good stream, then closes the history. */
        void finish() {
            while (sinks.stream().anyMatch(ScriptedSink::isWriting)) {
                completeWrite();
            }
            bench.surroundings.executor.runAll();
            bench.rest();
            attach(new ScriptedSink(), true);
            bench.surroundings.executor.runAll();
            assertThat(bench.queue.messages())
                    .as("messages that wait though a stream is attached")
                    .isZero();
            bench.writer.close(DropReason.CLOSED, new PeerUnreachableException("closed"));
            bench.surroundings.executor.runAll();
        }

        void assertBounds() {
            assertThat(bench.queue.messages()).isBetween(0, QUEUE_MESSAGES);
            assertThat(bench.queue.bytes()).isBetween(0L, QUEUE_BYTES);
            LaneStatus account = bench.account();
            assertThat(account.sent()).isGreaterThanOrEqualTo(account.delivered() + account.inDoubt());
        }

        List<Message> written() {
            List<Message> all = new ArrayList<>();
            for (ScriptedSink sink : sinks) {
                all.addAll(WriterBench.framesIn(sink).messages());
            }
            return all;
        }

        /** How many messages were written to streams that acknowledge nothing. */
        private long writtenWithoutAnswer() {
            long written = 0;
            for (int i = 0; i < sinks.size(); i++) {
                written += acknowledged.get(i)
                        ? 0
                        : WriterBench.framesIn(sinks.get(i)).messages().size();
            }
            return written;
        }

        void assertEveryMessageAccountedFor() {
            Map<String, Message> unaccounted = new HashMap<>();
            accepted.forEach(message -> unaccounted.put(TestMessages.label(message), message));
            for (Drop drop : bench.drops) {
                assertAccounts(unaccounted, drop.message(), "dropped");
            }
            for (Message message : written()) {
                assertAccounts(unaccounted, message, "written");
            }
            LaneStatus account = bench.account();
            assertThat(account.sent()).isEqualTo(accepted.size() - bench.drops.size());
            assertThat(account.sent() - account.delivered() - account.inDoubt()).isBetween(0L, writtenWithoutAnswer());
            assertThat(account.delivered()).isLessThanOrEqualTo(written().size());
            assertThat(bench.queue.messages()).isZero();
            assertThat(bench.queue.bytes()).isZero();
        }

        private static void assertAccounts(Map<String, Message> unaccounted, Message message, String fate) {
            String label = TestMessages.label(message);
            Message given = unaccounted.remove(label);
            assertThat(given)
                    .as("%s was %s, and is accounted for otherwise", label, fate)
                    .isNotNull();
            assertThat(message.equals(given))
                    .as("%s was %s as it was given", label, fate)
                    .isTrue();
        }

        void assertOrder() {
            for (boolean urgent : new boolean[] {true, false}) {
                List<Long> numbers = written().stream()
                        .filter(message -> (message.getType() == MessageType.MsgHeartbeat) == urgent)
                        .map(message -> urgent ? message.getCommit() : message.getIndex())
                        .toList();
                assertThat(numbers).as(urgent ? "urgent" : "bulk").isSorted();
            }
        }
    }
}
