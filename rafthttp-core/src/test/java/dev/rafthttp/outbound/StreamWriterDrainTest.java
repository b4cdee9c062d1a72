package dev.rafthttp.outbound;

import static dev.rafthttp.fixture.TestMessages.app;
import static dev.rafthttp.fixture.TestMessages.heartbeat;
import static dev.rafthttp.fixture.TestMessages.proposal;
import static dev.rafthttp.outbound.WriterBench.assertWritten;
import static dev.rafthttp.outbound.WriterBench.framesIn;
import static org.assertj.core.api.Assertions.assertThat;

import dev.rafthttp.codec.MessageEncoder;
import dev.rafthttp.fixture.ScriptedSink;
import dev.rafthttp.raftpb.Message;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Who writes: the sender, the completion of a write, or the executor. */
class StreamWriterDrainTest {
    /** Data that makes its message a batch by itself, and one piece. */
    private static final int FULL_BATCH = 61 << 10;

    private final WriterBench bench = new WriterBench();
    private final ScriptedSink sink = new ScriptedSink();

    @Test
    void shouldWriteOnTheSendersThreadWhenTheLaneIsIdle() {
        bench.attach(sink);

        bench.offer(heartbeat(1));

        assertWritten(sink, heartbeat(1));
        assertThat(bench.surroundings.executor.pending()).isZero();
    }

    @Test
    void shouldGatherABatchForTheExecutorWhenTheLaneWroteAMomentAgo() {
        bench.attach(sink);
        bench.offer(heartbeat(1));
        bench.surroundings.scheduler.advance(49_999);

        bench.offer(heartbeat(2));
        bench.offer(heartbeat(3));
        assertWritten(sink, heartbeat(1));
        assertThat(bench.surroundings.executor.pending()).isEqualTo(1);
        bench.surroundings.executor.runAll();

        assertWritten(sink, heartbeat(1), heartbeat(2), heartbeat(3));
        assertThat(sink.writes()).hasSize(2);
    }

    @Test
    void shouldWriteOnTheSendersThreadAgainWhenTheLaneHasRested() {
        bench.attach(sink);
        bench.offer(heartbeat(1));
        bench.surroundings.scheduler.advance(50_000);

        bench.offer(heartbeat(2));

        assertWritten(sink, heartbeat(1), heartbeat(2));
        assertThat(bench.surroundings.executor.pending()).isZero();
    }

    @Test
    void shouldOnlyQueueWhenAWriteIsUnderWay() {
        bench.attach(sink.completeWhenTold());
        bench.send(heartbeat(1));

        bench.send(heartbeat(2));
        bench.send(heartbeat(3));

        assertThat(sink.writes()).hasSize(1);
        assertThat(bench.queue.messages()).isEqualTo(2);
        assertThat(bench.surroundings.executor.pending()).isZero();
    }

    @Test
    void shouldWriteOneBatchOfAllThatQueuedWhenTheWriteCompletes() {
        bench.attach(sink.completeWhenTold());
        bench.send(heartbeat(1));
        bench.send(heartbeat(2));
        bench.send(heartbeat(3));

        sink.succeed();
        sink.succeed();

        assertThat(sink.writes()).hasSize(2);
        assertWritten(sink, heartbeat(1), heartbeat(2), heartbeat(3));
        assertThat(sink.isWriting()).isFalse();
    }

    @Test
    void shouldWriteFourBatchesAtTheMostWhenTheSenderDrainsABacklog() {
        List<Message> backlog = backlogOfBatches(10);

        bench.writer.attach(sink, new MessageEncoder(), true);

        assertThat(sink.writes()).hasSize(4);
        assertWritten(sink, backlog.subList(0, 4));
        assertThat(bench.surroundings.executor.pending()).isEqualTo(1);
    }

    @Test
    void shouldLoseNothingWhenTheExecutorTakesOverFromTheSender() {
        List<Message> backlog = backlogOfBatches(10);
        bench.writer.attach(sink, new MessageEncoder(), true);

        bench.surroundings.executor.runAll();

        assertWritten(sink, backlog);
        assertThat(bench.queue.messages()).isZero();
        assertThat(bench.queue.bytes()).isZero();
    }

    @Test
    void shouldWriteFourBatchesAtTheMostOnTheThreadThatEndsAStreamWithAWriteUnderWay() {
        bench.attach(sink.completeWhenTold());
        bench.send(heartbeat(1));
        List<Message> backlog = backlogOfBatches(10);
        ScriptedSink newer = new ScriptedSink();

        bench.writer.attach(newer, new MessageEncoder(), true);

        assertWritten(newer, backlog.subList(0, 4));
        assertThat(bench.surroundings.executor.pending()).isEqualTo(1);
        bench.surroundings.executor.runAll();
        assertWritten(newer, backlog);
    }

    @Test
    void shouldWriteALargeMessageInPiecesWhenItIsLargerThanAPiece() {
        bench.attach(sink);

        bench.offer(proposal(1, 1 << 20));
        bench.surroundings.executor.runAll();

        assertWritten(sink, proposal(1, 1 << 20));
        assertThat(sink.writes()).hasSizeGreaterThan(4).allMatch(bytes -> bytes <= 128 << 10);
    }

    @Test
    void shouldWriteUrgentBeforeBulkWhenBothWait() {
        bench.attach(sink.completeWhenTold());
        bench.send(app(0));
        bench.send(proposal(1));
        bench.send(app(1));
        bench.send(heartbeat(1));
        bench.send(heartbeat(2));

        sink.completeAtOnce().succeed();

        assertWritten(sink, app(0), heartbeat(1), heartbeat(2), proposal(1), app(1));
    }

    @Test
    void shouldPutAnUrgentMessageIntoTheNextBatchWhenBulkOfManyBatchesWaits() {
        bench.attach(sink.completeWhenTold());
        List<Message> backlog = backlogOfBatches(10);
        bench.send(heartbeat(1));

        sink.succeed();
        sink.succeed();

        assertWritten(sink, backlog.get(0), heartbeat(1), backlog.get(1));
    }

    @Test
    void shouldWriteALinkHeartbeatWhenTheStreamWasSilentForTheInterval() {
        bench.attach(sink);
        bench.send(heartbeat(1));

        bench.surroundings.scheduler.advance(Duration.ofMillis(498));
        bench.writer.tick(true);
        assertThat(framesIn(sink).linkHeartbeats()).isZero();
        bench.rest();
        bench.writer.tick(true);

        assertThat(framesIn(sink).linkHeartbeats()).isEqualTo(1);
        assertWritten(sink, heartbeat(1));
        assertThat(bench.account().sent()).isEqualTo(1);
    }

    @Test
    void shouldWriteNoLinkHeartbeatWhenMessagesFlow() {
        bench.attach(sink);

        for (int i = 1; i <= 20; i++) {
            bench.send(heartbeat(i));
            bench.surroundings.scheduler.advance(Duration.ofMillis(100));
            bench.writer.tick(true);
        }

        assertThat(framesIn(sink).linkHeartbeats()).isZero();
    }

    @Test
    void shouldWriteNoLinkHeartbeatWhenAWriteIsUnderWay() {
        bench.attach(sink.completeWhenTold(), false);
        bench.send(heartbeat(1));

        bench.surroundings.scheduler.advance(Duration.ofSeconds(4));
        bench.writer.tick(true);
        sink.completeAtOnce().succeed();

        assertThat(framesIn(sink).linkHeartbeats()).isZero();
    }

    @Test
    void shouldWriteNoLinkHeartbeatWhenNoStreamIsAttached() {
        bench.surroundings.scheduler.advance(Duration.ofSeconds(1));
        bench.writer.tick(true);

        bench.attach(sink);

        assertThat(sink.writes()).isEmpty();
    }

    private List<Message> backlogOfBatches(int batches) {
        List<Message> backlog = new ArrayList<>();
        for (int i = 0; i < batches; i++) {
            Message message = proposal(i, FULL_BATCH);
            backlog.add(message);
            bench.offer(message);
        }
        return backlog;
    }
}
