package dev.rafthttp.peer;

import static dev.rafthttp.peer.PeerBench.ID;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import dev.rafthttp.DropReason;
import dev.rafthttp.FrameTooLargeException;
import dev.rafthttp.Lane;
import dev.rafthttp.MemberId;
import dev.rafthttp.PeerStatus.LaneStatus;
import dev.rafthttp.PeerUnreachableException;
import dev.rafthttp.RemovedMemberException;
import dev.rafthttp.SnapshotStatus;
import dev.rafthttp.fixture.RecordingCallback.SnapshotReport;
import dev.rafthttp.fixture.TestMessages;
import dev.rafthttp.raftpb.Message;
import dev.rafthttp.raftpb.MessageType;
import dev.rafthttp.snapshot.SnapshotDelivery;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Snapshots that go and come with their databases: what Raft is told, and what is counted. */
class PeerSnapshotTest {
    private static final SnapshotReport FINISH = new SnapshotReport(ID, SnapshotStatus.FINISH);
    private static final SnapshotReport FAILURE = new SnapshotReport(ID, SnapshotStatus.FAILURE);
    private static final Message SNAPSHOT = TestMessages.snapshot(7);
    private static final PeerUnreachableException RESET = new PeerUnreachableException("connection reset");

    private final PeerBench bench = new PeerBench(builder -> builder.maxPostBytes(1 << 10), false);

    @Test
    void shouldReportFinishOnceWhenThePeerHasTakenIt() {
        SnapshotDelivery delivery = bench.peer.sendingSnapshot(SNAPSHOT, 0);
        assertThat(bench.metrics.count("snapshotSending")).isEqualTo(1);
        delivery.wrote(1000);
        delivery.wrote(24);
        assertThat(bench.raft.snapshots()).isEmpty();

        delivery.delivered();
        delivery.delivered();
        delivery.failed(RESET);
        bench.settle();

        assertThat(delivery.url()).isEqualTo(PeerBench.URL);
        assertThat(bench.raft.snapshots()).containsExactly(FINISH);
        assertThat(bench.raft.unreachable()).isEmpty();
        assertThat(bench.peer.activeSince()).isPresent();
        assertThat(bench.metrics.count("snapshotSent")).isEqualTo(1024);
        assertThat(bench.metrics.count("snapshotSendFailed")).isZero();
    }

    @Test
    void shouldCountInThePipelinesAccountWhateverBecomesOfIt() {
        PeerUnreachableException refusal = new PeerUnreachableException("disk full");
        SnapshotDelivery taken = bench.peer.sendingSnapshot(SNAPSHOT, 0);
        taken.begun();
        taken.begun();
        taken.delivered();
        SnapshotDelivery refused = bench.peer.sendingSnapshot(SNAPSHOT, 0);
        refused.begun();
        refused.refused(refusal);
        SnapshotDelivery broken = bench.peer.sendingSnapshot(SNAPSHOT, 0);
        broken.begun();
        broken.failed(RESET);
        bench.peer.sendingSnapshot(SNAPSHOT, 0).failed(RESET);
        bench.settle();

        LaneStatus pipeline = bench.status(Lane.PIPELINE);
        assertThat(pipeline.sent()).isEqualTo(3);
        assertThat(pipeline.delivered()).isEqualTo(1);
        assertThat(pipeline.inDoubt()).isEqualTo(1);
        assertThat(pipeline.dropped()).isEqualTo(Map.of(DropReason.REFUSED, 1L, DropReason.UNREACHABLE, 1L));
        assertThat(bench.metrics.count("sent", Lane.PIPELINE, MessageType.MsgSnap))
                .isEqualTo(3);
        assertThat(bench.metrics.count("inDoubt", Lane.PIPELINE)).isEqualTo(1);
        assertThat(bench.raft.snapshots()).containsExactly(FINISH, FAILURE, FAILURE, FAILURE);
    }

    @Test
    void shouldReportFailureOnceAndThePeerUnreachableWhenItFails() {
        SnapshotDelivery delivery = bench.peer.sendingSnapshot(SNAPSHOT, 0);

        delivery.failed(RESET);
        delivery.failed(RESET);
        delivery.delivered();
        bench.settle();

        assertThat(bench.raft.snapshots()).containsExactly(FAILURE);
        assertThat(bench.raft.unreachable()).containsExactly(ID);
        assertThat(bench.raft.removals()).isEmpty();
        assertThat(bench.metrics.count("snapshotSent")).isZero();
        assertThat(bench.metrics.count("snapshotSendFailed")).isEqualTo(1);
    }

    @Test
    void shouldReportThatThisMemberIsRemovedWhenThePeerSaysSo() {
        RemovedMemberException removed = new RemovedMemberException(MemberId.parse("2"), "removed");

        bench.peer.sendingSnapshot(SNAPSHOT, 0).refused(removed);
        bench.settle();

        assertThat(bench.raft.removals()).containsExactly(removed);
        assertThat(bench.raft.snapshots()).containsExactly(FAILURE);
    }

    @Test
    void shouldReportFailureAndNotThePeerWhenItIsPaused() {
        bench.peer.setPaused(true);

        assertThatThrownBy(() -> bench.peer.sendingSnapshot(SNAPSHOT, 0))
                .isInstanceOf(PeerUnreachableException.class)
                .hasMessage("peer 2 is paused");

        expectDropped(DropReason.PAUSED);
        assertThat(bench.raft.unreachable()).isEmpty();
    }

    @Test
    void shouldReportFailureWhenThePeerIsRemoved() {
        bench.peer.close();

        assertThatThrownBy(() -> bench.peer.sendingSnapshot(SNAPSHOT, 0))
                .isInstanceOf(PeerUnreachableException.class)
                .hasMessage("peer 2 has been removed or closed");

        expectDropped(DropReason.CLOSED);
    }

    @Test
    void shouldReportFailureWhenTheMessageIsAboveTheLimit() {
        Message large = SNAPSHOT.toBuilder()
                .setContext(ByteString.copyFrom(new byte[1 << 10]))
                .build();

        assertThatThrownBy(() -> bench.peer.sendingSnapshot(large, 0))
                .isInstanceOf(FrameTooLargeException.class)
                .hasMessage("the message of the snapshot to peer 2 has " + large.getSerializedSize()
                        + " bytes without the database, above the limit of 1024");

        expectDropped(DropReason.TOO_LARGE);
    }

    @Test
    void shouldReportFailureWhenTooManyAreUnderWay() {
        bench.peer.sendingSnapshot(SNAPSHOT, Peer.MAX_SNAPSHOTS - 1);

        assertThatThrownBy(() -> bench.peer.sendingSnapshot(SNAPSHOT, Peer.MAX_SNAPSHOTS))
                .isInstanceOf(PeerUnreachableException.class)
                .hasMessage("8 snapshots are on their way to peer 2 already, and no more may be");

        expectDropped(DropReason.QUEUE_FULL);
    }

    private void expectDropped(DropReason reason) {
        bench.settle();
        assertThat(bench.raft.snapshots()).containsExactly(FAILURE);
        assertThat(bench.status(Lane.PIPELINE).dropped()).isEqualTo(Map.of(reason, 1L));
        assertThat(bench.metrics.count("dropped", Lane.PIPELINE, MessageType.MsgSnap, reason))
                .isEqualTo(1);
    }

    @Test
    void shouldReportFailureOnceWhenItEndsAfterThePeerWasRemoved() {
        SnapshotDelivery delivery = bench.peer.sendingSnapshot(SNAPSHOT, 0);
        bench.peer.close();

        delivery.failed(RESET);
        bench.settle();

        assertThat(bench.raft.snapshots()).containsExactly(FAILURE);
        assertThat(bench.raft.unreachable()).isEmpty();
    }

    @Test
    void shouldCountWhatComes() {
        bench.peer.receivingSnapshot(SNAPSHOT).taken(5000);
        bench.peer.receivingSnapshot(SNAPSHOT).failed(100);

        assertThat(bench.peer.status().received()).isEqualTo(2);
        assertThat(bench.metrics.count("snapshotReceiving")).isEqualTo(2);
        assertThat(bench.metrics.count("snapshotReceived")).isEqualTo(5000);
        assertThat(bench.metrics.count("snapshotReceiveFailed")).isEqualTo(1);
    }

    @Test
    void shouldTakeNoneWhenPaused() {
        bench.peer.setPaused(true);

        assertThatThrownBy(() -> bench.peer.receivingSnapshot(SNAPSHOT))
                .isInstanceOf(PeerUnreachableException.class)
                .hasMessage("peer 2 is paused");

        assertThat(bench.peer.status().received()).isZero();
        assertThat(bench.status(Lane.PIPELINE).dropped()).isEqualTo(Map.of(DropReason.PAUSED, 1L));
    }
}
