package dev.rafthttp.outbound;

import static dev.rafthttp.fixture.TestMessages.app;
import static dev.rafthttp.fixture.TestMessages.heartbeat;
import static org.assertj.core.api.Assertions.assertThat;

import dev.rafthttp.Lane;
import dev.rafthttp.PeerStatus.FollowerStatus;
import dev.rafthttp.PeerUnreachableException;
import dev.rafthttp.fixture.ScriptedSink;
import dev.rafthttp.raftpb.MessageType;
import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** What the lane knows of the messages it wrote. */
class StreamWriterAccountTest {
    private static final PeerUnreachableException RESET = new PeerUnreachableException("connection reset");

    private final WriterBench bench = new WriterBench();
    private final ScriptedSink sink = new ScriptedSink();

    @Test
    void shouldCountInDoubtWhatWasSentAndNotAcknowledgedWhenTheStreamBreaks() {
        OutboundStream stream = bench.attach(sink);
        for (int i = 1; i <= 5; i++) {
            bench.send(heartbeat(i));
        }
        stream.acknowledged(3);

        stream.close(RESET);

        assertAccount(5, 3, 2);
        assertThat(bench.surroundings.metrics.count("inDoubt", Lane.MESSAGE)).isEqualTo(2);
        assertThat(bench.surroundings.metrics.count("sent", Lane.MESSAGE, MessageType.MsgHeartbeat))
                .isEqualTo(5);
    }

    @Test
    void shouldCountNothingInDoubtWhenAllWasAcknowledged() {
        OutboundStream stream = bench.attach(sink);
        bench.send(heartbeat(1));
        bench.send(heartbeat(2));
        stream.acknowledged(1);
        stream.acknowledged(1);
        stream.acknowledged(2);

        stream.close(RESET);

        assertAccount(2, 2, 0);
    }

    @Test
    void shouldCountInDoubtAMessageWhoseWriteFails() {
        bench.attach(sink.failAtOnce());

        bench.send(heartbeat(1));

        assertAccount(1, 0, 1);
    }

    @Test
    void shouldBeginTheAccountOfEachStreamAnewWhenOneReplacesAnother() {
        OutboundStream old = bench.attach(sink);
        bench.send(heartbeat(1));
        bench.send(heartbeat(2));
        old.acknowledged(1);
        OutboundStream stream = bench.attach(new ScriptedSink());
        bench.send(heartbeat(3));

        stream.acknowledged(1);

        assertAccount(3, 2, 1);
        assertThat(bench.writer.isAttached()).isTrue();
    }

    @Test
    void shouldIgnoreAnAcknowledgementWhenTheStreamHasEnded() {
        OutboundStream stream = bench.attach(sink);
        bench.send(heartbeat(1));
        stream.close(RESET);

        stream.acknowledged(1);
        stream.acknowledged(7);

        assertAccount(1, 0, 1);
    }

    @Test
    void shouldEndTheStreamWhenMoreIsAcknowledgedThanWasSent() {
        OutboundStream stream = bench.attach(sink);
        bench.send(heartbeat(1));

        stream.acknowledged(2);

        assertThat(sink.closeCause()).hasMessage("acknowledges 2 messages of 1 sent, after 0");
        assertAccount(1, 0, 1);
    }

    @Test
    void shouldEndTheStreamWhenLessIsAcknowledgedThanBefore() {
        OutboundStream stream = bench.attach(sink);
        bench.send(heartbeat(1));
        bench.send(heartbeat(2));
        stream.acknowledged(2);

        stream.acknowledged(1);

        assertThat(sink.closeCause()).hasMessage("acknowledges 1 messages of 2 sent, after 2");
        assertAccount(2, 2, 0);
    }

    @Test
    void shouldEndTheStreamWhenTheAcknowledgementIsAboveEverySignedNumber() {
        OutboundStream stream = bench.attach(sink);
        bench.send(heartbeat(1));

        stream.acknowledged(-1);

        assertThat(sink.closeCause()).hasMessage("acknowledges 18446744073709551615 messages of 1 sent, after 0");
    }

    @Test
    void shouldCountOnlyAsSentWhatWasWrittenWhenTheDialectAcknowledgesNothing() {
        OutboundStream stream = bench.attach(sink, false);
        bench.send(heartbeat(1));
        bench.send(heartbeat(2));
        assertAccount(2, 0, 0);

        stream.close(RESET);

        assertAccount(2, 0, 0);
    }

    @Test
    void shouldCountInDoubtTheBatchWhoseWriteFailsWhenTheDialectAcknowledgesNothing() {
        bench.attach(sink.completeWhenTold(), false);
        bench.send(heartbeat(1));
        bench.send(heartbeat(2));
        bench.send(heartbeat(3));
        sink.succeed();

        sink.fail(new IOException("broken pipe"));

        assertAccount(3, 0, 2);
        assertThat(bench.surroundings.metrics.count("inDoubt", Lane.MESSAGE)).isEqualTo(2);
    }

    @Test
    void shouldRecordForEachMsgAppHowLongItsBatchTook() {
        bench.attach(sink.completeWhenTold());
        writeFor(Duration.ofMillis(10), 1);
        writeFor(Duration.ofMillis(40), 2);

        FollowerStatus status = bench.ledger.follower();
        assertThat(status.successes()).isEqualTo(3);
        assertThat(status.failures()).isZero();
        assertThat(status.currentNanos()).isEqualTo(40_000_000);
        assertThat(status.minimumNanos()).isEqualTo(10_000_000);
        assertThat(status.maximumNanos()).isEqualTo(40_000_000);
        assertThat(status.averageNanos()).isEqualTo(30_000_000);
    }

    @Test
    void shouldRecordNothingForOtherMessages() {
        bench.attach(sink);

        bench.send(heartbeat(1));

        assertThat(bench.ledger.follower().successes()).isZero();
    }

    @Test
    void shouldRecordAFailureForEachMsgAppOfABatchWhoseWriteFails() {
        bench.attach(sink.completeWhenTold());
        bench.send(heartbeat(1));
        bench.send(app(1));
        bench.send(app(2));
        sink.succeed();

        sink.fail(new IOException("broken pipe"));

        assertThat(bench.ledger.follower().failures()).isEqualTo(2);
        assertThat(bench.ledger.follower().successes()).isZero();
    }

    @Test
    void shouldRecordASuccessWhenTheStreamEndsAfterTheBatchWasWritten() {
        OutboundStream stream = bench.attach(sink.completeWhenTold());
        bench.send(app(1));
        sink.onClose(sink::succeed);

        stream.close(RESET);

        assertThat(bench.ledger.follower().successes()).isEqualTo(1);
        assertThat(bench.ledger.follower().failures()).isZero();
    }

    @Test
    void shouldMeasureTheRoundTripOfALinkHeartbeat() {
        OutboundStream stream = bench.attach(sink);
        writeLinkHeartbeat();
        bench.surroundings.scheduler.advance(Duration.ofMillis(7));

        stream.acknowledged(0);

        assertThat(bench.surroundings.metrics.roundTrips()).containsExactly(7_000_000L);
        assertThat(bench.writer.status().roundTripP50Nanos()).isEqualTo(7_000_000);
    }

    @Test
    void shouldMeasureNoRoundTripWhenNoLinkHeartbeatIsUnanswered() {
        OutboundStream stream = bench.attach(sink);
        bench.send(heartbeat(1));

        stream.acknowledged(1);
        writeLinkHeartbeat();
        stream.acknowledged(1);
        stream.acknowledged(1);

        assertThat(bench.surroundings.metrics.roundTrips()).hasSize(1);
    }

    @Test
    void shouldMeasureFromTheFirstUnansweredLinkHeartbeatWhenTheRoundTripTakesLongerThanTheInterval() {
        OutboundStream stream = bench.attach(sink);
        writeLinkHeartbeat();
        writeLinkHeartbeat();
        bench.surroundings.scheduler.advance(Duration.ofMillis(100));

        stream.acknowledged(0);

        assertThat(bench.surroundings.metrics.roundTrips()).containsExactly(600_000_000L);
    }

    private void writeLinkHeartbeat() {
        int before = sink.writes().size();
        bench.surroundings.scheduler.advance(Duration.ofMillis(500));
        bench.writer.tick(true);
        assertThat(sink.writes()).hasSize(before + 1);
    }

    /** Writes one batch of MsgApp, and completes it after some time. */
    private void writeFor(Duration time, int messages) {
        if (messages == 1) {
            bench.offer(app(1));
        } else {
            bench.offer(heartbeat(1));
            for (int i = 1; i <= messages; i++) {
                bench.offer(app(i));
            }
            sink.succeed();
        }
        bench.surroundings.scheduler.advance(time);
        sink.succeed();
        bench.rest();
    }

    private void assertAccount(long sent, long delivered, long inDoubt) {
        assertThat(bench.account().sent()).as("sent").isEqualTo(sent);
        assertThat(bench.account().delivered()).as("delivered").isEqualTo(delivered);
        assertThat(bench.account().inDoubt()).as("in doubt").isEqualTo(inDoubt);
    }
}
