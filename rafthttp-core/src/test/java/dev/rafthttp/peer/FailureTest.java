package dev.rafthttp.peer;

import static dev.rafthttp.fixture.TestMessages.heartbeat;
import static dev.rafthttp.fixture.TestMessages.label;
import static dev.rafthttp.outbound.WriterBench.assertWritten;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rafthttp.Dialect;
import dev.rafthttp.DropReason;
import dev.rafthttp.Lane;
import dev.rafthttp.PeerStatus.LaneStatus;
import dev.rafthttp.RaftCallback;
import dev.rafthttp.RemovedMemberException;
import dev.rafthttp.StreamType;
import dev.rafthttp.codec.FrameBuffer;
import dev.rafthttp.codec.FrameEncoder;
import dev.rafthttp.codec.MemoryBudget;
import dev.rafthttp.codec.MessageEncoder;
import dev.rafthttp.coupling.StreamCoupler;
import dev.rafthttp.fixture.LogLines;
import dev.rafthttp.fixture.RecordingLedger;
import dev.rafthttp.fixture.ScriptedInbound;
import dev.rafthttp.fixture.ScriptedPoster;
import dev.rafthttp.fixture.ScriptedSink;
import dev.rafthttp.fixture.Surroundings;
import dev.rafthttp.fixture.TestMessages;
import dev.rafthttp.inbound.ProposalQueue;
import dev.rafthttp.inbound.StreamReceiver;
import dev.rafthttp.ledger.RaftReports;
import dev.rafthttp.metrics.GuardedMetrics;
import dev.rafthttp.metrics.PeerMetrics;
import dev.rafthttp.outbound.Drainers;
import dev.rafthttp.outbound.Poster;
import dev.rafthttp.outbound.StreamSink;
import dev.rafthttp.outbound.WriterBench;
import dev.rafthttp.raftpb.Message;
import dev.rafthttp.raftpb.MessageType;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/** What a peer works with throws, where it may not: at most a stream ends by that, and nothing is lost for good. */
class FailureTest {
    static final List<Throwable> FAILURES =
            List.of(new IllegalStateException("broken"), new StackOverflowError("deep"), new OutOfMemoryError("full"));

    private final LogLines failedReports = LogLines.of(RaftReports.class);
    private final Surroundings surroundings = new Surroundings();
    private final ScriptedPoster poster = new ScriptedPoster();
    private final ScriptedSink sink = new ScriptedSink();

    @AfterEach
    void close() {
        failedReports.close();
    }

    /** Every method of an interface throws. */
    private static <T> T throwing(Class<T> type, Throwable failure) {
        return type.cast(Proxy.newProxyInstance(
                FailureTest.class.getClassLoader(), new Class<?>[] {type}, (proxy, method, arguments) -> {
                    if (method.getName().equals("dialsByItself")) {
                        return true;
                    }
                    throw failure;
                }));
    }

    @SuppressWarnings("unchecked")
    private static <E extends Throwable> void sneakyThrow(Throwable failure) throws E {
        throw (E) failure;
    }

    private Peer peer(PeerMetrics metrics, StreamCoupler coupler, Executor executor) {
        PeerEnvironment usual = surroundings.environment();
        PeerEnvironment environment = new PeerEnvironment(
                usual.config(),
                surroundings.raft,
                surroundings.scheduler,
                executor,
                new Random(1),
                id -> metrics,
                coupler,
                MemoryBudget.unlimited());
        return new Peer(environment, PeerBench.ID, List.of(PeerBench.URL), Dialect.PUSH, false, poster);
    }

    @Test
    void shouldLogOnceWhenTheMetricsOfManyMembersThrow() {
        PeerEnvironment environment = new PeerEnvironment(
                surroundings.environment().config(),
                surroundings.raft,
                surroundings.scheduler,
                surroundings.executor,
                new Random(1),
                id -> throwing(PeerMetrics.class, FAILURES.get(0)),
                StreamCoupler.NONE,
                MemoryBudget.unlimited());
        try (LogLines log = LogLines.of(GuardedMetrics.class)) {
            for (int message = 0; message < 100; message++) {
                // As for each message to a member that is no peer.
                environment
                        .metrics()
                        .forPeer(PeerBench.ID)
                        .dropped(Lane.MESSAGE, MessageType.MsgHeartbeat, DropReason.UNKNOWN_PEER);
            }
            assertThat(log.all()).hasSize(1);
        }
    }

    @Test
    void shouldHandOnAnErrorOfTheJvmWhenRaftThrowsItAtAReport() {
        Throwable failure = new OutOfMemoryError("full");
        List<Throwable> uncaught = new ArrayList<>();
        Thread self = Thread.currentThread();
        self.setUncaughtExceptionHandler((thread, thrown) -> uncaught.add(thrown));
        try {
            new RaftReports(throwing(RaftCallback.class, failure), Runnable::run, surroundings.scheduler)
                    .unreachable(PeerBench.ID);
        } finally {
            self.setUncaughtExceptionHandler(null);
        }
        assertThat(uncaught).containsExactly(failure);
    }

    @Test
    void shouldFreeTheTokenWhenTheSameErrorIsThrownAgainByWhoIsTold() {
        OutOfMemoryError shared = new OutOfMemoryError("one and the same");
        WriterBench bench = new WriterBench(builder -> builder, true, around -> new RecordingLedger(around) {
            @Override
            public void failed(StreamType type, Throwable cause) {
                throw shared;
            }
        });
        FrameEncoder full = throwing(FrameEncoder.class, shared);
        bench.writer.attach(sink, full, true);
        bench.rest();
        assertThat(bench.offer(heartbeat(1))).isTrue();
        bench.surroundings.executor.runAll();
        bench.attach(new ScriptedSink());

        assertThat(bench.offer(heartbeat(2))).isTrue();

        bench.surroundings.executor.runAll();
        assertThat(bench.queue.messages()).isZero();
    }

    private Peer peer() {
        return peer(surroundings.metrics, StreamCoupler.NONE, surroundings.executor);
    }

    private void attach(Peer peer, StreamSink to, FrameEncoder encoder) {
        peer.writer(StreamType.MESSAGE).attach(to, encoder, true);
        rest();
    }

    private void rest() {
        surroundings.scheduler.advance(Duration.ofMillis(1));
    }

    private void send(Peer peer, Message... messages) {
        for (Message message : messages) {
            assertThat(peer.send(message)).isTrue();
            rest();
        }
    }

    private static LaneStatus lane(Peer peer, Lane lane) {
        return peer.status().lanes().get(lane);
    }

    @ParameterizedTest
    @FieldSource("FAILURES")
    void shouldSendAndReceiveWhenTheMetricsThrow(Throwable failure) {
        shouldSendAndReceive(peer(throwing(PeerMetrics.class, failure), StreamCoupler.NONE, surroundings.executor));
    }

    @ParameterizedTest
    @FieldSource("FAILURES")
    void shouldSendAndReceiveWhenTheCouplerThrows(Throwable failure) {
        shouldSendAndReceive(peer(surroundings.metrics, throwing(StreamCoupler.class, failure), surroundings.executor));
    }

    private void shouldSendAndReceive(Peer peer) {
        for (int i = 0; i < 3; i++) {
            ScriptedSink each = new ScriptedSink();
            attach(peer, each, new MessageEncoder());
            send(peer, heartbeat(1), heartbeat(2));
            assertWritten(each, heartbeat(1), heartbeat(2));
            each.failAtOnce();
            send(peer, heartbeat(3));
            assertThat(each.closeCause()).isNotNull();
            assertThat(peer.activeSince()).isEmpty();
        }
        peer.writer(StreamType.MESSAGE).dialFailed();
        peer.writer(StreamType.MSGAPP).dialFailed();
        poster.endAtOnce(Poster.Outcome::delivered);
        for (int i = 0; i < 20; i++) {
            send(peer, heartbeat(i));
        }
        poster.endAtOnce(outcome -> outcome.failed(new IOException("reset")));
        for (int i = 0; i < 20; i++) {
            send(peer, heartbeat(i));
        }
        assertThat(poster.posts()).hasSize(40);
        StreamReceiver receiver = peer.accept(StreamType.MESSAGE, new ScriptedInbound(), Duration.ofSeconds(3));
        receiver.receive(PeerBench.frames(heartbeat(7), heartbeat(8)));
        receiver.close(new IOException("reset"));
        assertThat(surroundings.raft.processed()).hasSize(2);
        peer.close();
        assertThat(lane(peer, Lane.MESSAGE).attached()).isFalse();
    }

    @ParameterizedTest
    @FieldSource("FAILURES")
    void shouldGoOnWithTheNextStreamWhenASinkThrows(Throwable failure) {
        Peer peer = peer();
        StreamSink broken = new StreamSink() {
            @Override
            public void write(ByteBuffer piece, WriteCompletion completion) {
                FailureTest.<RuntimeException>sneakyThrow(failure);
            }

            @Override
            public void close(Throwable cause) {
                FailureTest.<RuntimeException>sneakyThrow(failure);
            }
        };
        attach(peer, broken, new MessageEncoder());
        send(peer, heartbeat(1));
        assertThat(lane(peer, Lane.MESSAGE).attached()).isFalse();
        assertThat(lane(peer, Lane.MESSAGE).inDoubt()).isEqualTo(1);
        send(peer, heartbeat(2));

        attach(peer, sink, new MessageEncoder());
        send(peer, heartbeat(3));

        assertWritten(sink, heartbeat(2), heartbeat(3));
        assertThat(surroundings.metrics.count("failed", Lane.MESSAGE)).isEqualTo(1);
    }

    @Test
    void shouldNotBelieveAWriteThatCompletesAfterItsSinkHasThrown() {
        Peer peer = peer();
        List<StreamSink.WriteCompletion> completions = new ArrayList<>();
        attach(
                peer,
                new StreamSink() {
                    @Override
                    public void write(ByteBuffer piece, WriteCompletion completion) {
                        completions.add(completion);
                        throw new IllegalStateException("broken");
                    }

                    @Override
                    public void close(Throwable cause) {}
                },
                new MessageEncoder());
        send(peer, heartbeat(1));
        attach(peer, sink.completeWhenTold(), new MessageEncoder());
        send(peer, heartbeat(2), heartbeat(3));

        completions.forEach(StreamSink.WriteCompletion::succeeded);

        // Were it believed, a second write would begin while the first is under way.
        assertThat(sink.writes()).hasSize(1);
        sink.succeed();
        sink.succeed();
        assertWritten(sink, heartbeat(2), heartbeat(3));
    }

    @ParameterizedTest
    @FieldSource("FAILURES")
    void shouldGoOnWithTheNextStreamWhenAnEncoderThrows(Throwable failure) {
        Peer peer = peer();
        attach(peer, new ScriptedSink(), new FrameEncoder() {
            @Override
            public void encode(Message message, FrameBuffer out) {
                FailureTest.<RuntimeException>sneakyThrow(failure);
            }

            @Override
            public void encodeLinkHeartbeat(FrameBuffer out) {
                FailureTest.<RuntimeException>sneakyThrow(failure);
            }
        });
        send(peer, heartbeat(1));
        send(peer, heartbeat(2));

        attach(peer, sink, new MessageEncoder());
        send(peer, heartbeat(3));

        assertWritten(sink, heartbeat(2), heartbeat(3));
        LaneStatus lane = lane(peer, Lane.MESSAGE);
        assertThat(lane.sent()).isEqualTo(lane.delivered() + lane.inDoubt() + 2);
        assertThat(lane.inDoubt()).isEqualTo(1);
        assertThat(lane.queuedMessages()).isZero();
    }

    @ParameterizedTest
    @FieldSource("FAILURES")
    void shouldPostTheNextMessageWhenAPosterThrows(Throwable failure) {
        Peer peer = peer();
        peer.writer(StreamType.MESSAGE).dialFailed();
        peer.writer(StreamType.MSGAPP).dialFailed();
        poster.endAtOnce(outcome -> FailureTest.<RuntimeException>sneakyThrow(failure));

        for (int i = 0; i < 20; i++) {
            send(peer, heartbeat(i));
        }

        assertThat(poster.posts()).hasSize(20);
        assertThat(lane(peer, Lane.PIPELINE).inDoubt()).isEqualTo(20);
    }

    @Test
    void shouldWriteOnTheSendersThreadWhenTheExecutorRejects() {
        Peer peer = peer(surroundings.metrics, StreamCoupler.NONE, task -> {
            throw new RejectedExecutionException("no thread");
        });
        attach(peer, sink, new MessageEncoder());
        // All but the first are left to the drainers, since the lane wrote a moment ago.
        for (int i = 0; i < 10; i++) {
            assertThat(peer.send(heartbeat(i))).isTrue();
        }

        assertThat(WriterBench.framesIn(sink).messages()).hasSize(10);
    }

    @ParameterizedTest
    @FieldSource("FAILURES")
    void shouldDrainTheOtherLanesWhenOneThrows(Throwable failure) {
        Drainers drainers = new Drainers(surroundings.executor, 1, 0);
        List<String> drained = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            drainers.execute(StreamType.MESSAGE, () -> FailureTest.<RuntimeException>sneakyThrow(failure));
            surroundings.executor.runAll();
        }

        drainers.execute(StreamType.MSGAPP, () -> drained.add("msgapp"));
        surroundings.executor.runAll();

        assertThat(drained).containsExactly("msgapp");
    }

    @ParameterizedTest
    @FieldSource("FAILURES")
    void shouldGiveRaftTheNextProposalWhenItThrows(Throwable failure) {
        List<String> processed = new ArrayList<>();
        ProposalQueue proposals = new ProposalQueue(10, 1000, surroundings.executor, new ProposalQueue.Recipient() {
            @Override
            public CompletionStage<Void> process(Message proposal) {
                processed.add(label(proposal));
                FailureTest.<RuntimeException>sneakyThrow(failure);
                return RaftCallback.TAKEN;
            }

            @Override
            public void dropped(Message proposal) {
                throw new AssertionError(DropReason.CLOSED);
            }
        });

        for (int i = 0; i < 3; i++) {
            Message proposal = heartbeat(i);
            assertThatThrownBy(() -> proposals.offer(proposal)).isSameAs(failure);
        }

        assertThat(processed).hasSize(3);
    }

    @Test
    void shouldGiveRaftTheNextProposalWhenThereWasNoThreadToGoOnWith() {
        List<String> processed = new ArrayList<>();
        CompletableFuture<Void> first = new CompletableFuture<>();
        Executor none = task -> {
            throw new RejectedExecutionException("no thread");
        };
        ProposalQueue proposals = new ProposalQueue(10, 1000, none, new ProposalQueue.Recipient() {
            @Override
            public CompletionStage<Void> process(Message proposal) {
                processed.add(label(proposal));
                return processed.size() == 1 ? first : RaftCallback.TAKEN;
            }

            @Override
            public void dropped(Message proposal) {
                throw new AssertionError(DropReason.CLOSED);
            }
        });
        proposals.offer(heartbeat(1));
        proposals.offer(heartbeat(2));
        first.complete(null);
        assertThat(processed).containsExactly("MsgHeartbeat 1");

        proposals.offer(heartbeat(3));

        assertThat(processed).containsExactly("MsgHeartbeat 1", "MsgHeartbeat 2", "MsgHeartbeat 3");
    }

    @ParameterizedTest
    @FieldSource("FAILURES")
    void shouldTickTheOtherLaneAndAgainWhenASinkThrows(Throwable failure) {
        Peer peer = peer();
        peer.start();
        StreamSink broken = new StreamSink() {
            @Override
            public void write(ByteBuffer piece, WriteCompletion completion) {}

            @Override
            public void close(Throwable cause) {
                FailureTest.<RuntimeException>sneakyThrow(failure);
            }
        };
        peer.writer(StreamType.MSGAPP).attach(broken, new MessageEncoder(), true);
        attach(peer, sink, new MessageEncoder());

        surroundings.scheduler.advance(Duration.ofMillis(1400));

        assertThat(WriterBench.framesIn(sink).linkHeartbeats()).isGreaterThanOrEqualTo(2);
        surroundings.scheduler.advance(Duration.ofSeconds(1));
        assertThat(lane(peer, Lane.MESSAGE).attached())
                .as("cut for its silence")
                .isFalse();
        assertThat(lane(peer, Lane.MSGAPP).attached()).as("cut for its silence").isFalse();
    }

    @Test
    void shouldReportASnapshotOnceWhenTheMetricsThrow() {
        Peer peer = peer(
                throwing(PeerMetrics.class, new IllegalStateException("broken")),
                StreamCoupler.NONE,
                surroundings.executor);
        peer.close();

        assertThat(peer.send(TestMessages.snapshot(1))).isFalse();
        surroundings.executor.runAll();

        assertThat(surroundings.raft.snapshots()).hasSize(1);
    }

    /** Raft counts what it is told, and throws each time. */
    private Peer peerOfThrowingRaft(List<String> told, Throwable failure) {
        PeerEnvironment usual = surroundings.environment();
        RaftCallback raft = RaftCallback.class.cast(Proxy.newProxyInstance(
                FailureTest.class.getClassLoader(), new Class<?>[] {RaftCallback.class}, (proxy, method, arguments) -> {
                    told.add(method.getName());
                    throw failure;
                }));
        PeerEnvironment environment = new PeerEnvironment(
                usual.config(),
                raft,
                surroundings.scheduler,
                surroundings.executor,
                new Random(1),
                id -> surroundings.metrics,
                StreamCoupler.NONE,
                MemoryBudget.unlimited());
        return new Peer(environment, PeerBench.ID, List.of(PeerBench.URL), Dialect.PUSH, false, poster);
    }

    @ParameterizedTest
    @FieldSource("FAILURES")
    void shouldReportAgainAndSendWhenRaftThrowsAtReports(Throwable failure) {
        List<String> told = new ArrayList<>();
        Peer peer = peerOfThrowingRaft(told, failure);
        poster.endAtOnce(outcome -> outcome.failed(new IOException("reset")));

        for (int i = 1; i <= 3; i++) {
            assertThat(peer.send(TestMessages.snapshot(i))).isTrue();
            surroundings.executor.runAll();
            surroundings.scheduler.advance(Duration.ofSeconds(2));
            surroundings.executor.runAll();
        }

        assertThat(told).filteredOn("reportSnapshot"::equals).hasSize(3);
        assertThat(told).filteredOn("reportUnreachable"::equals).hasSize(3);
        attach(peer, sink, new MessageEncoder());
        send(peer, heartbeat(1));
        assertWritten(sink, heartbeat(1));
    }

    /** The refusal of a post tells first that this member was removed, and then how its snapshot ended. */
    @ParameterizedTest
    @FieldSource("FAILURES")
    void shouldReportTheSnapshotTooWhenRaftThrowsAtItsRemoval(Throwable failure) {
        List<String> told = new ArrayList<>();
        Peer peer = peerOfThrowingRaft(told, failure);
        poster.endAtOnce(outcome -> outcome.refused(new RemovedMemberException(PeerBench.ID, "removed")));

        for (int i = 1; i <= 2; i++) {
            assertThat(peer.send(TestMessages.snapshot(i))).isTrue();
            surroundings.executor.runAll();
        }

        assertThat(told).filteredOn("reportRemoved"::equals).hasSize(1);
        assertThat(told).filteredOn("reportSnapshot"::equals).hasSize(2);
        assertThat(failedReports.texts())
                .contains(
                        "Raft failed to take the report that this member was removed",
                        "Raft failed to take the report that a snapshot to peer " + PeerBench.ID
                                + " ended with FAILURE");
    }
}
