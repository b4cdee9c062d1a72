package dev.rafthttp.peer;

import static dev.rafthttp.fixture.TestMessages.app;
import static dev.rafthttp.fixture.TestMessages.heartbeat;
import static dev.rafthttp.fixture.TestMessages.proposal;
import static dev.rafthttp.fixture.TestMessages.snapshot;
import static dev.rafthttp.peer.PeerBench.ID;
import static dev.rafthttp.peer.PeerBench.writtenTo;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import dev.rafthttp.DropReason;
import dev.rafthttp.Lane;
import dev.rafthttp.MemberId;
import dev.rafthttp.PeerStatus.LaneFailure;
import dev.rafthttp.PeerStatus.LaneStatus;
import dev.rafthttp.PeerUnreachableException;
import dev.rafthttp.RemovedMemberException;
import dev.rafthttp.SnapshotStatus;
import dev.rafthttp.StreamType;
import dev.rafthttp.fixture.LogLines;
import dev.rafthttp.fixture.RecordingCallback.SnapshotReport;
import dev.rafthttp.fixture.ScriptedSink;
import dev.rafthttp.outbound.OutboundStream;
import dev.rafthttp.raftpb.Message;
import dev.rafthttp.raftpb.MessageType;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What DESIGN calls contracts, of the way out: which lane a message takes, and what happens if there is none. */
class PeerSendTest {
    private final PeerBench bench = new PeerBench();
    private final ScriptedSink msgApp = new ScriptedSink();
    private final ScriptedSink message = new ScriptedSink();

    // Neither blocks nor throws.

    @Test
    @Timeout(20)
    void shouldNeitherBlockNorThrowWhenEveryWayIsStuck() {
        bench.attach(StreamType.MSGAPP, msgApp.completeWhenTold());
        bench.attach(StreamType.MESSAGE, message.completeWhenTold());

        for (int i = 0; i < 10_000; i++) {
            bench.peer.send(app(i));
            bench.peer.send(heartbeat(i));
            bench.peer.send(proposal(i));
            bench.peer.send(snapshot(i));
        }

        long queued = 0;
        long dropped = 0;
        long sent = 0;
        for (LaneStatus lane : bench.peer.status().lanes().values()) {
            queued += lane.queuedMessages();
            sent += lane.sent();
            dropped +=
                    lane.dropped().values().stream().mapToLong(Long::longValue).sum();
        }
        assertThat(queued).isEqualTo(2 * 4096 + 64);
        assertThat(sent + queued + dropped).isEqualTo(40_000);
    }

    // Which lane.

    @Test
    void shouldSendMsgAppOnItsLaneAndTheRestOnTheMessageLaneWhenBothAreAttached() {
        bench.attach(StreamType.MSGAPP, msgApp);
        bench.attach(StreamType.MESSAGE, message);

        bench.send(app(1), heartbeat(1), proposal(1));

        assertThat(writtenTo(message)).containsExactly("MsgHeartbeat 1", "MsgProp 1");
        assertThat(bench.status(Lane.MSGAPP).sent()).isEqualTo(1);
        assertThat(bench.status(Lane.MESSAGE).sent()).isEqualTo(2);
        assertThat(bench.posted()).isEmpty();
    }

    @Test
    void shouldSendMsgSnapByThePipelineAlways() {
        bench.attach(StreamType.MSGAPP, msgApp);
        bench.attach(StreamType.MESSAGE, message);

        bench.send(snapshot(7));

        assertThat(bench.posted()).containsExactly("MsgSnap 7");
    }

    @Test
    void shouldSendMsgAppOnTheMessageLaneWhenItsOwnIsDetached() {
        bench.attach(StreamType.MESSAGE, message);
        bench.peer.writer(StreamType.MSGAPP).dialFailed();

        bench.send(app(1, 60 << 10), heartbeat(1));

        assertThat(writtenTo(message)).containsExactly("MsgApp 1", "MsgHeartbeat 1");
    }

    @Test
    void shouldPostALargeMsgAppWhenItsLaneIsDetachedSoThatNoHeartbeatWaitsForIt() {
        bench.attach(StreamType.MESSAGE, message);
        bench.peer.writer(StreamType.MSGAPP).dialFailed();

        bench.send(app(1, 1 << 20), heartbeat(1));

        assertThat(bench.posted()).containsExactly("MsgApp 1");
        assertThat(writtenTo(message)).containsExactly("MsgHeartbeat 1");
    }

    @Test
    void shouldPostEverythingWhenBothLanesAreDetached() {
        bench.dialInVain();

        bench.send(app(1), heartbeat(1), proposal(1));

        assertThat(bench.posted()).containsExactly("MsgApp 1", "MsgHeartbeat 1", "MsgProp 1");
    }

    @Test
    void shouldPostEverythingToARemote() {
        PeerBench remote = new PeerBench(builder -> builder, true);

        remote.send(app(1), heartbeat(1));

        assertThat(remote.posted()).containsExactly("MsgApp 1", "MsgHeartbeat 1");
        assertThat(remote.peer.status().remote()).isTrue();
    }

    @Test
    void shouldKeepMessagesForTheStreamWhenItIsBeingDialled() {
        bench.send(app(1), heartbeat(1));
        assertThat(bench.posted()).isEmpty();

        bench.attach(StreamType.MESSAGE, message);

        assertThat(writtenTo(message)).containsExactly("MsgHeartbeat 1");
        assertThat(bench.status(Lane.MSGAPP).queuedMessages()).isEqualTo(1);
    }

    // Urgent before bulk; no overtaking within a class.

    @Test
    void shouldSendHeartbeatsBeforeProposalsAndMsgAppThatFellBack() {
        bench.attach(StreamType.MESSAGE, message.completeWhenTold());
        bench.peer.writer(StreamType.MSGAPP).dialFailed();
        bench.send(heartbeat(0), proposal(1), app(2), proposal(3), heartbeat(4), heartbeat(5));

        message.completeAtOnce().succeed();

        assertThat(writtenTo(message))
                .containsExactly(
                        "MsgHeartbeat 0", "MsgHeartbeat 4", "MsgHeartbeat 5", "MsgProp 1", "MsgApp 2", "MsgProp 3");
    }

    @Test
    void shouldTakeHeartbeatsWhenABurstOfProposalsHasFilledItsPartOfTheQueue() {
        bench.attach(StreamType.MESSAGE, message.completeWhenTold());
        for (int i = 0; i < 5000; i++) {
            bench.peer.send(proposal(i));
        }

        bench.send(heartbeat(1));

        assertThat(bench.status(Lane.MESSAGE).dropped()).containsOnlyKeys(DropReason.QUEUE_FULL);
        assertThat(bench.metrics.count("dropped", Lane.MESSAGE, MessageType.MsgProp, DropReason.QUEUE_FULL))
                .isPositive();
        assertThat(bench.metrics.count("dropped", Lane.MESSAGE, MessageType.MsgHeartbeat, DropReason.QUEUE_FULL))
                .isZero();
    }

    // Bounded in messages and bytes; dropped and counted.

    @Test
    void shouldDropAndCountByReasonWhenTheQueueHoldsItsLimitOfMessages() {
        bench.attach(StreamType.MSGAPP, msgApp.completeWhenTold());
        bench.send(app(0));
        for (int i = 1; i <= 5000; i++) {
            bench.peer.send(app(i));
        }

        assertThat(bench.status(Lane.MSGAPP).queuedMessages()).isEqualTo(4096);
        assertThat(bench.status(Lane.MSGAPP).dropped()).containsExactly(entry(DropReason.QUEUE_FULL, 904L));
        assertThat(bench.metrics.count("dropped", Lane.MSGAPP, MessageType.MsgApp, DropReason.QUEUE_FULL))
                .isEqualTo(904);
    }

    @Test
    void shouldDropAndCountByReasonWhenTheQueueHoldsItsLimitOfBytes() {
        bench.attach(StreamType.MSGAPP, msgApp.completeWhenTold());
        Message mebibyte = app(0, 1 << 20);
        bench.send(mebibyte);
        for (int i = 0; i < 80; i++) {
            bench.peer.send(mebibyte);
        }

        assertThat(bench.status(Lane.MSGAPP).queuedBytes()).isBetween(63L << 20, 64L << 20);
        assertThat(bench.status(Lane.MSGAPP).dropped()).containsExactly(entry(DropReason.QUEUE_FULL, 17L));
    }

    @Test
    void shouldDropForWantOfAWayWhenThePipelineIsFull() {
        bench.dialInVain();
        for (int i = 0; i < 100; i++) {
            bench.peer.send(heartbeat(i));
        }

        assertThat(bench.status(Lane.PIPELINE).sent()).isEqualTo(4);
        assertThat(bench.status(Lane.PIPELINE).queuedMessages()).isEqualTo(64);
        assertThat(bench.status(Lane.PIPELINE).dropped()).containsExactly(entry(DropReason.NO_ROUTE, 32L));
    }

    @Test
    void shouldDropAMessageAboveTheLimitOfALaneWhenItMustTakeThatLane() {
        PeerBench small =
                new PeerBench(builder -> builder.maxMessageBytes(1 << 20).maxPostBytes(1 << 10), false);
        small.attach(StreamType.MESSAGE, message);

        small.send(proposal(1, 2 << 20), proposal(2, 2 << 10));
        small.peer.writer(StreamType.MESSAGE).close(DropReason.CLOSED, new PeerUnreachableException("closed"));
        small.send(proposal(3, 2 << 10));

        assertThat(writtenTo(message)).containsExactly("MsgProp 2");
        assertThat(small.status(Lane.MESSAGE).dropped()).containsExactly(entry(DropReason.TOO_LARGE, 1L));
        assertThat(small.status(Lane.PIPELINE).dropped()).containsExactly(entry(DropReason.TOO_LARGE, 1L));
    }

    @Test
    void shouldDropAndReportWhenADialFailsWithMessagesWaiting() {
        bench.send(heartbeat(1), heartbeat(2));

        bench.peer.dialFailed(StreamType.MESSAGE, PeerBench.URL, new PeerUnreachableException("connection refused"));
        bench.settle();

        assertThat(bench.status(Lane.MESSAGE).dropped()).containsExactly(entry(DropReason.STREAM_LOST, 2L));
        assertThat(bench.raft.unreachable()).containsExactly(ID);
    }

    @Test
    void shouldSayWhyALaneIsNotAttached() {
        assertThat(bench.status(Lane.MESSAGE).lastFailure()).isEmpty();

        bench.peer.dialFailed(StreamType.MESSAGE, PeerBench.URL, new PeerUnreachableException("connection refused"));
        Instant refused = bench.surroundings.scheduler.now();
        assertThat(bench.status(Lane.MESSAGE).lastFailure()).contains(new LaneFailure(refused, "connection refused"));
        assertThat(bench.status(Lane.MSGAPP).lastFailure()).isEmpty();

        OutboundStream stream = bench.attach(StreamType.MESSAGE, message);
        bench.surroundings.scheduler.advance(Duration.ofSeconds(1));
        Instant reset = bench.surroundings.scheduler.now();
        stream.close(new PeerUnreachableException("connection reset"));
        bench.settle();
        assertThat(bench.status(Lane.MESSAGE).lastFailure()).contains(new LaneFailure(reset, "connection reset"));

        bench.dialInVain();
        bench.send(heartbeat(1));
        bench.poster.outcome(0).failed(new IOException());
        bench.settle();
        assertThat(bench.status(Lane.PIPELINE).lastFailure().orElseThrow().reason())
                .isEqualTo("java.io.IOException");
    }

    // reportUnreachable: once per outage, and again for lost messages, at most once per second.

    @Test
    void shouldReportUnreachableOnceWhenManyMessagesAreDropped() {
        bench.dialInVain();
        for (int i = 0; i < 1000; i++) {
            bench.peer.send(heartbeat(i));
        }
        bench.settle();

        assertThat(bench.raft.unreachable()).containsExactly(ID);
        assertThat(bench.metrics.count("unreachable")).isEqualTo(1);
    }

    @Test
    void shouldReportUnreachableOnceASecondWhenMessagesAreDroppedForLong() {
        bench.dialInVain();
        for (int i = 0; i < 68; i++) {
            bench.peer.send(heartbeat(i));
        }
        for (int millis = 0; millis < 3500; millis += 10) {
            bench.peer.send(heartbeat(millis));
            bench.surroundings.scheduler.advance(Duration.ofMillis(10));
        }
        bench.settle();

        assertThat(bench.raft.unreachable()).hasSize(4);
    }

    @Test
    void shouldReportUnreachableOnceASecondWhenAFullPipelineStillDelivers() {
        bench.dialInVain();
        for (int i = 0; i < 68; i++) {
            bench.peer.send(heartbeat(i));
        }
        for (int millis = 0; millis < 2500; millis += 10) {
            bench.poster.outcome(millis / 10).delivered();
            bench.peer.send(heartbeat(1));
            bench.peer.send(heartbeat(2));
            bench.surroundings.scheduler.advance(Duration.ofMillis(10));
        }
        bench.settle();

        assertThat(bench.raft.unreachable()).hasSize(3);
    }

    @Test
    void shouldReportUnreachableWhenADialFailsOrAStreamIsLostOrAPostFails() {
        bench.peer.dialFailed(StreamType.MESSAGE, PeerBench.URL, new PeerUnreachableException("connection refused"));
        bench.settle();
        assertThat(bench.raft.unreachable()).hasSize(1);

        bench.surroundings.scheduler.advance(Duration.ofSeconds(1));
        OutboundStream stream = bench.attach(StreamType.MESSAGE, message);
        stream.close(new PeerUnreachableException("connection reset"));
        bench.settle();
        assertThat(bench.raft.unreachable()).hasSize(2);

        bench.surroundings.scheduler.advance(Duration.ofSeconds(1));
        bench.peer.dialFailed(StreamType.MESSAGE, PeerBench.URL, new PeerUnreachableException("connection refused"));
        bench.settle();
        assertThat(bench.raft.unreachable()).hasSize(2);
        bench.send(heartbeat(1));
        bench.poster.outcome(0).failed(new IOException("connection refused"));
        bench.settle();
        assertThat(bench.raft.unreachable()).hasSize(3);
    }

    @Test
    void shouldNotReportOnTheSendersThread() {
        bench.dialInVain();
        for (int i = 0; i < 100; i++) {
            bench.peer.send(heartbeat(i));
        }

        assertThat(bench.raft.unreachable()).isEmpty();
        bench.settle();
        assertThat(bench.raft.unreachable()).hasSize(1);
    }

    // reportSnapshot: exactly once for each MsgSnap.

    @Test
    void shouldReportASnapshotFinishedOnceWhenThePeerTookIt() {
        bench.send(snapshot(1));
        bench.poster.outcome(0).delivered();

        assertSnapshots(SnapshotStatus.FINISH);
    }

    @Test
    void shouldReportASnapshotFailedOnceWhenThePeerRefusedIt() {
        bench.send(snapshot(1));
        bench.poster.outcome(0).refused(new PeerUnreachableException("500"));

        assertSnapshots(SnapshotStatus.FAILURE);
    }

    @Test
    void shouldReportASnapshotFailedOnceWhenNoAnswerCame() {
        bench.send(snapshot(1));
        bench.poster.outcome(0).failed(new IOException("connection reset"));

        assertSnapshots(SnapshotStatus.FAILURE);
    }

    @Test
    void shouldReportASnapshotFailedOnceWhenThePipelineIsFull() {
        bench.dialInVain();
        for (int i = 0; i < 68; i++) {
            bench.send(heartbeat(i));
        }
        bench.send(snapshot(1));

        assertSnapshots(SnapshotStatus.FAILURE);
    }

    @Test
    void shouldReportASnapshotFailedOnceWhenItIsTooLargeOrThePeerPausedOrClosed() {
        PeerBench small = new PeerBench(builder -> builder.maxPostBytes(1 << 10), false);
        Message large = snapshot(1).toBuilder()
                .setSnapshot(snapshot(1).getSnapshot().toBuilder()
                        .setData(proposal(1, 2 << 10).getEntries(0).getData()))
                .build();

        small.send(large);
        small.peer.setPaused(true);
        small.send(snapshot(2));
        small.peer.close();
        small.send(snapshot(3));
        small.settle();

        assertThat(small.raft.snapshots())
                .containsExactly(
                        new SnapshotReport(ID, SnapshotStatus.FAILURE),
                        new SnapshotReport(ID, SnapshotStatus.FAILURE),
                        new SnapshotReport(ID, SnapshotStatus.FAILURE));
    }

    @Test
    void shouldReportEachSnapshotOnceWhenThePeerIsClosedWithSomeQueuedAndSomeUnderWay() {
        for (int i = 1; i <= 6; i++) {
            bench.send(snapshot(i));
        }

        bench.peer.close();
        bench.settle();
        assertThat(bench.raft.snapshots()).hasSize(2);
        for (int i = 0; i < 4; i++) {
            bench.poster.outcome(i).failed(new IOException("closed"));
        }
        bench.settle();

        assertThat(bench.raft.snapshots()).hasSize(6);
    }

    private void assertSnapshots(SnapshotStatus... statuses) {
        bench.settle();
        assertThat(bench.raft.snapshots()).extracting(SnapshotReport::status).containsExactly(statuses);
    }

    // One log line a peer, reason and interval.

    @Test
    void shouldLogOneLineAReasonAndIntervalWithTheNumberHeldBack() {
        try (LogLines lines = LogLines.named("dev.rafthttp.ledger.DropLog")) {
            bench.dialInVain();
            for (int i = 0; i < 68 + 1000; i++) {
                bench.peer.send(heartbeat(i));
            }
            assertThat(lines.warnings())
                    .containsExactly("dropped MsgHeartbeat of 10 bytes to peer 2 (pipeline lane): no_route;"
                            + " 0 more since the last such line");

            bench.surroundings.scheduler.advance(Duration.ofSeconds(5));
            bench.peer.send(heartbeat(1));

            assertThat(lines.warnings()).hasSize(2);
            assertThat(lines.warnings().get(1)).endsWith("no_route; 999 more since the last such line");
        }
    }

    @Test
    void shouldLogAReasonOfItsOwnWhenAnotherIsBeingHeldBack() {
        try (LogLines lines = LogLines.named("dev.rafthttp.ledger.DropLog")) {
            bench.send(heartbeat(1));
            bench.dialInVain();
            for (int i = 0; i < 100; i++) {
                bench.peer.send(heartbeat(i));
            }

            assertThat(lines.warnings()).hasSize(2);
            assertThat(lines.warnings().get(0)).contains(": stream_lost;");
            assertThat(lines.warnings().get(1)).contains(": no_route;");
        }
    }

    // Paused, closed, removed.

    @Test
    void shouldDropQuietlyWhilePausedAndSendAgainWhenResumed() {
        bench.attach(StreamType.MESSAGE, message);
        bench.peer.setPaused(true);
        bench.send(heartbeat(1));
        bench.peer.setPaused(false);
        bench.send(heartbeat(2));
        bench.settle();

        assertThat(writtenTo(message)).containsExactly("MsgHeartbeat 2");
        assertThat(bench.status(Lane.MESSAGE).dropped()).containsExactly(entry(DropReason.PAUSED, 1L));
        assertThat(bench.status(Lane.MESSAGE).attached()).isTrue();
        assertThat(bench.raft.unreachable()).isEmpty();
    }

    @Test
    void shouldChargeWhatIsDroppedToTheLaneThatItWouldHaveTaken() {
        PeerBench small = new PeerBench(builder -> builder.maxMessageBytes(1 << 20), false);
        small.peer.setPaused(true);
        small.send(app(1), heartbeat(1), snapshot(1));
        small.peer.setPaused(false);
        small.send(app(2, 2 << 20), proposal(2, 2 << 20));
        small.peer.close();
        small.send(app(3), heartbeat(3), snapshot(3));

        Map<DropReason, Long> onStreams =
                Map.of(DropReason.PAUSED, 1L, DropReason.TOO_LARGE, 1L, DropReason.CLOSED, 1L);
        assertThat(small.status(Lane.MSGAPP).dropped()).isEqualTo(onStreams);
        assertThat(small.status(Lane.MESSAGE).dropped()).isEqualTo(onStreams);
        assertThat(small.status(Lane.PIPELINE).dropped())
                .isEqualTo(Map.of(DropReason.PAUSED, 1L, DropReason.CLOSED, 1L));
    }

    @Test
    void shouldDropQuietlyWhenClosed() {
        bench.attach(StreamType.MESSAGE, message.completeWhenTold());
        bench.send(heartbeat(1), heartbeat(2));
        try (LogLines lines = LogLines.named("dev.rafthttp.ledger.DropLog")) {
            bench.peer.close();
            bench.send(heartbeat(3));
            bench.settle();

            assertThat(lines.warnings()).isEmpty();
        }
        assertThat(bench.status(Lane.MESSAGE).dropped()).containsExactly(entry(DropReason.CLOSED, 2L));
        assertThat(bench.status(Lane.MESSAGE).inDoubt()).isEqualTo(1);
        assertThat(bench.raft.unreachable()).isEmpty();
    }

    @Test
    void shouldReportNothingWhenAPostOfAClosedPeerEndsBadly() {
        bench.dialInVain();
        bench.send(heartbeat(1), heartbeat(2));
        bench.peer.close();

        bench.poster.outcome(0).refused(new PeerUnreachableException("500"));
        bench.poster.outcome(1).failed(new IOException("closed"));
        bench.settle();

        assertThat(bench.raft.unreachable()).isEmpty();
        assertThat(bench.peer.activeSince()).isEmpty();
    }

    @Test
    void shouldReportThatThisMemberWasRemovedWhenAPostIsToldSo() {
        bench.dialInVain();
        RemovedMemberException removed =
                new RemovedMemberException(MemberId.parse("2"), "member 1 has been removed, says peer 2");
        bench.poster.endAtOnce(outcome -> outcome.refused(removed));

        bench.send(heartbeat(1));
        bench.settle();

        assertThat(bench.raft.removals()).containsExactly(removed);
    }
}
