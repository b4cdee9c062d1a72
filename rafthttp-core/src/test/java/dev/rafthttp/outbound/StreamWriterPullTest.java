package dev.rafthttp.outbound;

import static dev.rafthttp.fixture.TestMessages.app;
import static dev.rafthttp.fixture.TestMessages.heartbeat;
import static dev.rafthttp.outbound.WriterBench.assertWritten;
import static dev.rafthttp.outbound.WriterBench.framesIn;
import static org.assertj.core.api.Assertions.assertThat;

import dev.rafthttp.DropReason;
import dev.rafthttp.PeerUnreachableException;
import dev.rafthttp.fixture.RecordingLedger.Drop;
import dev.rafthttp.fixture.ScriptedSink;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** A lane in etcd's dialect: the peer dials its streams when it likes to, and acknowledges nothing. */
class StreamWriterPullTest {
    private static final PeerUnreachableException RESET = new PeerUnreachableException("connection reset");
    private static final Duration READ_TIMEOUT = Duration.ofSeconds(6);
    private static final Duration TICK = Duration.ofMillis(100);

    private final WriterBench bench =
            new WriterBench(builder -> builder.pullStreams(READ_TIMEOUT, Duration.ofMillis(100)), false);
    private final ScriptedSink sink = new ScriptedSink();

    private void tickFor(Duration time) {
        for (long ticks = time.dividedBy(TICK); ticks > 0; ticks--) {
            bench.surroundings.scheduler.advance(TICK);
            bench.writer.tick(true);
        }
    }

    @Test
    void shouldTakeNoMessageWhenThePeerHasNotDialled() {
        assertThat(bench.writer.isUsable()).isFalse();

        bench.offer(heartbeat(1));

        assertThat(bench.drops).containsExactly(new Drop(heartbeat(1), DropReason.STREAM_LOST));
    }

    @Test
    void shouldWriteWhenThePeerHasDialled() {
        bench.attach(sink, false);

        bench.send(heartbeat(1));

        assertWritten(sink, heartbeat(1));
        assertThat(bench.account().sent()).isEqualTo(1);
        assertThat(bench.account().delivered()).isZero();
    }

    @Test
    void shouldDropWhatIsQueuedAndTakeNoMoreWhenTheStreamIsLost() {
        OutboundStream stream = bench.attach(sink.completeWhenTold(), false);
        bench.send(heartbeat(1));
        bench.offer(app(1));

        stream.close(RESET);

        assertThat(bench.writer.isUsable()).isFalse();
        assertThat(bench.drops).containsExactly(new Drop(app(1), DropReason.STREAM_LOST));
        assertThat(bench.queue.messages()).isZero();
    }

    @Test
    void shouldBreakEverySilenceThreeTimesAReadTimeoutWhenIdle() {
        bench.attach(sink, false);

        tickFor(READ_TIMEOUT.multipliedBy(10));

        assertThat(framesIn(sink).linkHeartbeats()).isBetween(28, 30);
    }

    @Test
    void shouldStayAttachedWhenNothingIsAcknowledged() {
        bench.attach(sink, false);

        tickFor(READ_TIMEOUT.multipliedBy(10));

        assertThat(sink.closeCause()).isNull();
        assertThat(bench.writer.isAttached()).isTrue();
    }

    @Test
    void shouldEndTheStreamWhenAWriteIsUnderWayForAReadTimeout() {
        bench.attach(sink.completeWhenTold(), false);
        bench.send(heartbeat(1));

        tickFor(READ_TIMEOUT.minus(TICK));
        assertThat(sink.closeCause()).isNull();
        tickFor(TICK);

        assertThat(sink.closeCause()).hasMessage("a write has been under way for 6001 ms");
        assertThat(bench.writer.isAttached()).isFalse();
    }

    @Test
    void shouldNotEndTheStreamWhenEachWriteIsQuickEnough() {
        bench.attach(sink.completeWhenTold(), false);
        bench.send(heartbeat(1));

        for (int i = 2; i <= 10; i++) {
            tickFor(READ_TIMEOUT.minus(TICK));
            bench.offer(heartbeat(i));
            sink.succeed();
        }

        assertThat(sink.closeCause()).isNull();
    }

    @Test
    void shouldCloseTheOlderStreamFirstWhenThePeerDialsAgain() {
        ScriptedSink newer = new ScriptedSink();
        bench.attach(sink, false);

        bench.attach(newer, false);
        bench.send(heartbeat(1));

        assertThat(sink.closeCause()).hasMessageContaining("replaced");
        assertWritten(newer, heartbeat(1));
        assertThat(bench.events).hasSize(3);
    }

    @Test
    void shouldEndTheStreamWhenToldToDetach() {
        bench.attach(sink, false);

        bench.writer.detach(RESET);

        assertThat(sink.closeCause()).isSameAs(RESET);
        assertThat(bench.events).containsExactly("attached", "detached: connection reset");
    }

    @Test
    void shouldDoNothingWhenToldToDetachAndNoStreamIsAttached() {
        bench.writer.detach(RESET);

        assertThat(bench.events).isEmpty();
    }
}
