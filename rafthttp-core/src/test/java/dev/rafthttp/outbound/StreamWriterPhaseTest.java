package dev.rafthttp.outbound;

import static dev.rafthttp.fixture.TestMessages.app;
import static dev.rafthttp.fixture.TestMessages.heartbeat;
import static dev.rafthttp.outbound.WriterBench.assertWritten;
import static org.assertj.core.api.Assertions.assertThat;

import dev.rafthttp.DropReason;
import dev.rafthttp.PeerUnreachableException;
import dev.rafthttp.codec.FrameBuffer;
import dev.rafthttp.codec.FrameEncoder;
import dev.rafthttp.codec.MessageEncoder;
import dev.rafthttp.fixture.RecordingLedger.Drop;
import dev.rafthttp.fixture.ScriptedSink;
import dev.rafthttp.raftpb.Message;
import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** What the lane does with messages and streams, as streams come and go. */
class StreamWriterPhaseTest {
    private static final PeerUnreachableException RESET = new PeerUnreachableException("connection reset");
    private static final PeerUnreachableException REMOVED = new PeerUnreachableException("removed");

    private final WriterBench bench = new WriterBench();
    private final ScriptedSink sink = new ScriptedSink();
    private final ScriptedSink newer = new ScriptedSink();

    @Test
    void shouldKeepMessagesWhenTheFirstDialIsUnderWay() {
        bench.offer(heartbeat(1));
        bench.offer(heartbeat(2));
        assertThat(bench.writer.isUsable()).isTrue();
        assertThat(bench.drops).isEmpty();

        bench.attach(sink);

        assertWritten(sink, heartbeat(1), heartbeat(2));
    }

    @Test
    void shouldDropWhatItKeptWhenTheDialFails() {
        bench.offer(app(1));
        bench.offer(heartbeat(1));

        bench.writer.dialFailed();

        assertThat(bench.drops)
                .containsExactly(
                        new Drop(heartbeat(1), DropReason.STREAM_LOST), new Drop(app(1), DropReason.STREAM_LOST));
        assertThat(bench.writer.isUsable()).isFalse();
        assertThat(bench.queue.messages()).isZero();
        assertThat(bench.queue.bytes()).isZero();
    }

    @Test
    void shouldDropAMessageAtOnceWhenTheLaneIsDetached() {
        bench.writer.dialFailed();

        bench.offer(heartbeat(1));

        assertThat(bench.drops).containsExactly(new Drop(heartbeat(1), DropReason.STREAM_LOST));
    }

    @Test
    void shouldTakeMessagesAgainWhenAStreamIsAttachedToADetachedLane() {
        bench.writer.dialFailed();
        bench.attach(sink);
        assertThat(bench.writer.isUsable()).isTrue();
        assertThat(bench.writer.isAttached()).isTrue();

        bench.offer(heartbeat(1));

        assertWritten(sink, heartbeat(1));
        assertThat(bench.drops).isEmpty();
    }

    @Test
    void shouldStayAttachedWhenAnotherDialFails() {
        bench.attach(sink);

        bench.writer.dialFailed();
        bench.offer(heartbeat(1));

        assertThat(bench.writer.isAttached()).isTrue();
        assertWritten(sink, heartbeat(1));
    }

    @Test
    void shouldKeepMessagesForTheNextStreamWhenTheStreamIsLost() {
        OutboundStream stream = bench.attach(sink.completeWhenTold());
        bench.offer(heartbeat(1));
        bench.offer(heartbeat(2));

        stream.close(RESET);
        bench.offer(heartbeat(3));
        assertThat(bench.writer.isAttached()).isFalse();
        assertThat(bench.writer.isUsable()).isTrue();
        bench.attach(newer);

        assertWritten(newer, heartbeat(2), heartbeat(3));
        assertThat(bench.drops).isEmpty();
        assertThat(bench.events).containsExactly("attached", "detached: connection reset", "attached");
    }

    @Test
    void shouldDropTheKeptMessagesWhenALostStreamCannotBeOpenedAgain() {
        OutboundStream stream = bench.attach(sink);
        stream.close(RESET);
        bench.offer(heartbeat(1));
        assertThat(bench.drops).isEmpty();

        bench.writer.dialFailed();

        assertThat(bench.drops).containsExactly(new Drop(heartbeat(1), DropReason.STREAM_LOST));
    }

    @Test
    void shouldCloseTheSinkAndDetachWhenAWriteFails() {
        bench.attach(sink.failAtOnce());

        bench.offer(heartbeat(1));

        assertThat(sink.closeCause()).isInstanceOf(IOException.class).hasMessage("broken pipe");
        assertThat(bench.events).containsExactly("attached", "detached: broken pipe");
        assertThat(bench.writer.isAttached()).isFalse();
    }

    @Test
    void shouldCloseTheOlderStreamBeforeTheNewerWritesWhenReplaced() {
        bench.attach(sink.completeWhenTold());
        bench.offer(heartbeat(1));
        bench.offer(heartbeat(2));
        sink.onClose(() ->
                assertThat(newer.writes()).as("writes on the newer stream").isEmpty());

        bench.attach(newer);

        assertThat(sink.closeCause()).hasMessage("replaced by a newer stream of the same kind");
        assertThat(sink.isWriting()).isFalse();
        assertWritten(newer, heartbeat(2));
        assertThat(newer.closeCause()).isNull();
    }

    @Test
    void shouldCloseAStreamThatWasNeverAttachedWhenANewerComesFirst() {
        giveTheLaneToTheExecutor();
        bench.writer.attach(newer, new MessageEncoder(), true);
        ScriptedSink newest = new ScriptedSink();

        bench.writer.attach(newest, new MessageEncoder(), true);
        bench.surroundings.executor.runAll();

        assertThat(newer.closeCause()).hasMessage("replaced by a newer stream of the same kind");
        assertThat(newer.writes()).isEmpty();
        assertThat(newest.closeCause()).isNull();
        assertThat(bench.writer.isAttached()).isTrue();
    }

    @Test
    void shouldNotCloseTheStreamItAttachesWhenTheLaneAdoptsItMeanwhile() {
        giveTheLaneToTheExecutor();
        newer.onClose(bench.surroundings.executor::runAll);
        bench.writer.attach(newer, new MessageEncoder(), true);
        ScriptedSink newest = new ScriptedSink();

        bench.writer.attach(newest, new MessageEncoder(), true);

        assertThat(bench.writer.isAttached()).isTrue();
        assertThat(newest.closeCause()).isNull();
    }

    @Test
    void shouldWriteNothingToAStreamWhenItWasClosedBeforeItWasAttached() {
        giveTheLaneToTheExecutor();
        OutboundStream stillborn = bench.writer.attach(newer, new MessageEncoder(), true);
        stillborn.close(RESET);

        bench.surroundings.executor.runAll();
        bench.rest();
        ScriptedSink newest = new ScriptedSink();
        bench.attach(newest);

        assertThat(newer.writes()).isEmpty();
        assertWritten(newest, heartbeat(2));
        assertThat(bench.account().inDoubt()).isEqualTo(1);
    }

    @Test
    void shouldDropWhatIsQueuedAndCloseTheStreamWhenClosed() {
        bench.attach(sink.completeWhenTold());
        bench.offer(heartbeat(1));
        bench.offer(heartbeat(2));

        bench.writer.close(DropReason.CLOSED, REMOVED);

        assertThat(sink.closeCause()).isSameAs(REMOVED);
        assertThat(bench.drops).containsExactly(new Drop(heartbeat(2), DropReason.CLOSED));
        assertThat(bench.writer.isAttached()).isFalse();
        assertThat(bench.writer.isUsable()).isFalse();
        assertThat(bench.queue.messages()).isZero();
    }

    @Test
    void shouldDropMessagesAsClosedWhenTheyComeAfterClose() {
        bench.writer.close(DropReason.CLOSED, REMOVED);

        bench.offer(heartbeat(1));

        assertThat(bench.drops).containsExactly(new Drop(heartbeat(1), DropReason.CLOSED));
    }

    @Test
    void shouldChangeNothingWhenClosedAgain() {
        bench.attach(sink);
        bench.writer.close(DropReason.CLOSED, REMOVED);

        bench.writer.close(DropReason.CLOSED, RESET);

        assertThat(sink.closeCalls()).isEqualTo(1);
        assertThat(bench.events).containsExactly("attached", "detached: removed");
    }

    @Test
    void shouldCloseAStreamWhenItIsAttachedAfterClose() {
        bench.writer.close(DropReason.CLOSED, REMOVED);

        bench.attach(sink);

        assertThat(sink.closeCause()).isSameAs(REMOVED);
        assertThat(bench.writer.isAttached()).isFalse();
        assertThat(bench.writer.isUsable()).isFalse();
    }

    @Test
    void shouldCloseAStreamThatWaitsToBeAttachedWhenClosed() {
        giveTheLaneToTheExecutor();
        bench.writer.attach(newer, new MessageEncoder(), true);

        bench.writer.close(DropReason.CLOSED, REMOVED);
        bench.surroundings.executor.runAll();

        assertThat(newer.closeCause()).isSameAs(REMOVED);
        assertThat(bench.drops).containsExactly(new Drop(heartbeat(2), DropReason.CLOSED));
    }

    @Test
    void shouldCutTheStreamWhenNothingIsAcknowledgedForTheTimeout() {
        bench.attach(sink);

        bench.surroundings.scheduler.advance(Duration.ofMillis(1498));
        bench.writer.tick(true);
        assertThat(bench.writer.isAttached()).isTrue();
        bench.rest();
        bench.writer.tick(true);

        assertThat(sink.closeCause()).hasMessage("no acknowledgement for 1500 ms");
        assertThat(bench.writer.isAttached()).isFalse();
    }

    @Test
    void shouldCutTheStreamWhenAWriteHangsForTheTimeout() {
        bench.attach(sink.completeWhenTold());
        bench.offer(heartbeat(1));

        bench.surroundings.scheduler.advance(Duration.ofMillis(1500));
        bench.writer.tick(true);

        assertThat(sink.isWriting()).isFalse();
        assertThat(bench.writer.isAttached()).isFalse();
        assertThat(bench.account().inDoubt()).isEqualTo(1);
    }

    @Test
    void shouldKeepTheStreamWhenAcknowledgementsGoOn() {
        OutboundStream stream = bench.attach(sink);

        for (int i = 0; i < 20; i++) {
            bench.surroundings.scheduler.advance(Duration.ofMillis(500));
            stream.acknowledged(0);
            bench.writer.tick(true);
        }

        assertThat(bench.writer.isAttached()).isTrue();
    }

    @Test
    void shouldNotCutTheStreamForItsSilenceWhenItsDialectAcknowledgesNothing() {
        bench.attach(sink, false);

        for (int i = 0; i < 120; i++) {
            bench.surroundings.scheduler.advance(Duration.ofMillis(500));
            bench.writer.tick(true);
        }

        assertThat(bench.writer.isAttached()).isTrue();
        assertThat(sink.closeCause()).isNull();
    }

    @Test
    void shouldEndTheStreamAndNotThrowWhenItsEncoderFails() {
        FrameEncoder failing = new FrameEncoder() {
            @Override
            public void encode(Message message, FrameBuffer out) {
                throw new IllegalStateException("no room for " + message.getType());
            }

            @Override
            public void encodeLinkHeartbeat(FrameBuffer out) {}
        };
        bench.writer.attach(sink, failing, true);
        bench.rest();

        bench.send(heartbeat(1));
        bench.send(heartbeat(2));
        bench.attach(newer);

        assertThat(sink.closeCause()).hasMessage("no room for MsgHeartbeat");
        assertWritten(newer, heartbeat(2));
        assertThat(bench.account().inDoubt()).isEqualTo(1);
        assertThat(bench.queue.messages()).isZero();
    }

    /** Attaches a stream, and leaves a drain of {@code heartbeat(2)} to the executor. */
    private void giveTheLaneToTheExecutor() {
        bench.attach(sink);
        bench.offer(heartbeat(1));
        bench.offer(heartbeat(2));
        assertThat(bench.surroundings.executor.pending()).isEqualTo(1);
    }
}
