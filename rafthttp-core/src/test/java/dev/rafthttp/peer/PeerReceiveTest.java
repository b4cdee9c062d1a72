package dev.rafthttp.peer;

import static dev.rafthttp.fixture.TestMessages.app;
import static dev.rafthttp.fixture.TestMessages.fromPeer;
import static dev.rafthttp.fixture.TestMessages.heartbeat;
import static dev.rafthttp.fixture.TestMessages.proposal;
import static dev.rafthttp.fixture.TestMessages.snapshot;
import static dev.rafthttp.peer.PeerBench.frames;
import static dev.rafthttp.peer.PeerBench.framesAsGiven;
import static dev.rafthttp.peer.PeerBench.msgAppFrames;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.entry;

import dev.rafthttp.DropReason;
import dev.rafthttp.Lane;
import dev.rafthttp.PeerUnreachableException;
import dev.rafthttp.StreamType;
import dev.rafthttp.fixture.LogLines;
import dev.rafthttp.inbound.StreamReceiver;
import dev.rafthttp.ledger.PeerLedger;
import dev.rafthttp.raftpb.Message;
import dev.rafthttp.raftpb.MessageType;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What DESIGN calls contracts, of the way in. */
class PeerReceiveTest {
    private final PeerBench bench = new PeerBench();

    @Test
    void shouldGiveMessagesToRaftInOrderBeforeReceiveReturns() {
        StreamReceiver receiver = bench.accept(StreamType.MESSAGE);

        receiver.receive(frames(heartbeat(1), heartbeat(2), heartbeat(3)));

        assertThat(bench.raft.processed())
                .containsExactly(fromPeer(heartbeat(1)), fromPeer(heartbeat(2)), fromPeer(heartbeat(3)));
        assertThat(receiver.delivered()).isEqualTo(3);
        assertThat(bench.peer.status().received()).isEqualTo(3);
        assertThat(bench.metrics.count("received", Lane.MESSAGE, MessageType.MsgHeartbeat))
                .isEqualTo(3);
    }

    @Test
    void shouldGiveProposalsToRaftInOrderWhenItTakesThem() {
        StreamReceiver receiver = bench.accept(StreamType.MESSAGE);

        receiver.receive(frames(proposal(1), heartbeat(1), proposal(2)));

        assertThat(receiver.delivered()).isEqualTo(3);
        assertThat(bench.processed()).containsExactly("MsgProp 1", "MsgHeartbeat 1", "MsgProp 2");
    }

    /** As while there is no leader. */
    private void holdProposals() {
        bench.raft.room().holdWhen(message -> message.getType() == MessageType.MsgProp);
    }

    @Test
    void shouldHoldUpNothingWhenProposalsAreStuckAndTheirQueueIsFull() {
        holdProposals();
        StreamReceiver receiver = bench.accept(StreamType.MESSAGE);

        for (int i = 0; i < 5000; i++) {
            receiver.receive(frames(proposal(i)));
        }
        receiver.receive(frames(heartbeat(1)));

        assertThat(bench.processed()).containsExactly("MsgHeartbeat 1");
        assertThat(bench.status(Lane.MESSAGE).dropped()).containsExactly(entry(DropReason.PROPOSALS_FULL, 903L));
        assertThat(receiver.delivered()).isEqualTo(4098);
    }

    @Test
    void shouldNotCountAProposalAsReceivedWhenRaftNeverGotIt() {
        holdProposals();
        StreamReceiver receiver = bench.accept(StreamType.MESSAGE);
        for (int i = 0; i < 5000; i++) {
            receiver.receive(frames(proposal(i)));
        }
        bench.raft.room().release();
        bench.settle();

        assertThat(bench.processed()).hasSize(4097);
        assertThat(bench.peer.status().received()).isEqualTo(4097);
        assertThat(bench.metrics.count("received", Lane.MESSAGE, MessageType.MsgProp))
                .isEqualTo(4097);
        assertThat(bench.metrics.count("dropped", Lane.MESSAGE, MessageType.MsgProp, DropReason.PROPOSALS_FULL))
                .isEqualTo(903);
    }

    @Test
    void shouldLogOneLineAnIntervalAndReportNothingWhenProposalsAreDropped() {
        holdProposals();
        StreamReceiver receiver = bench.accept(StreamType.MESSAGE);
        try (LogLines lines = LogLines.named("dev.rafthttp.ledger.DropLog")) {
            for (int i = 0; i < 5000; i++) {
                receiver.receive(frames(proposal(i)));
            }
            bench.surroundings.scheduler.advance(Duration.ofSeconds(5));
            receiver.receive(frames(proposal(5000)));

            assertThat(lines.warnings()).hasSize(2);
            assertThat(lines.warnings().get(0))
                    .startsWith("dropped MsgProp of ")
                    .contains(" from peer 2 (message lane): proposals_full; 0 more");
            assertThat(lines.warnings().get(1)).contains("proposals_full; 902 more");
        }
        assertThat(bench.raft.unreachable()).isEmpty();
    }

    @Test
    void shouldDropProposalsThatWaitWhenClosed() {
        StreamReceiver receiver = bench.accept(StreamType.MESSAGE);
        holdProposals();
        receiver.receive(frames(proposal(1), proposal(2), proposal(3)));

        bench.peer.close();
        bench.raft.room().release();
        bench.settle();

        assertThat(bench.processed()).containsExactly("MsgProp 1");
        assertThat(bench.status(Lane.MESSAGE).dropped()).containsExactly(entry(DropReason.CLOSED, 2L));
    }

    @Test
    void shouldGoOnAndLogOneLineAnIntervalWhenRaftFails() {
        StreamReceiver receiver = bench.accept(StreamType.MESSAGE);
        bench.raft.onProcess(message -> {
            if (message.getCommit() != 3) {
                throw new IOException("disk full");
            }
        });
        try (LogLines lines = LogLines.of(PeerLedger.class)) {
            receiver.receive(frames(heartbeat(1), heartbeat(2), heartbeat(3)));

            assertThat(lines.warnings())
                    .containsExactly("Raft failed to take MsgHeartbeat from peer 2 (message lane);"
                            + " 0 more like it since the last such line");
        }
        assertThat(bench.processed()).containsExactly("MsgHeartbeat 3");
        assertThat(receiver.delivered()).isEqualTo(3);
        assertThat(bench.metrics.count("processFailed", Lane.MESSAGE, MessageType.MsgHeartbeat))
                .isEqualTo(2);
    }

    @Test
    void shouldGiveRaftTheNextProposalWhenItWasInterruptedInOne() {
        StreamReceiver receiver = bench.accept(StreamType.MESSAGE);
        bench.raft.onProcess(message -> {
            if (message.getIndex() == 1) {
                throw new InterruptedException("stop");
            }
        });
        receiver.receive(frames(proposal(1), proposal(2)));

        assertThat(Thread.interrupted()).isTrue();
        bench.settle();

        assertThat(bench.processed()).containsExactly("MsgProp 2");
    }

    @Test
    void shouldDropQuietlyWhilePausedAndTakeAgainWhenResumed() {
        StreamReceiver receiver = bench.accept(StreamType.MESSAGE);
        bench.peer.setPaused(true);
        receiver.receive(frames(heartbeat(1), proposal(1)));
        bench.peer.setPaused(false);
        receiver.receive(frames(heartbeat(2)));
        bench.settle();

        assertThat(bench.processed()).containsExactly("MsgHeartbeat 2");
        assertThat(bench.status(Lane.MESSAGE).dropped()).containsExactly(entry(DropReason.PAUSED, 2L));
        assertThat(bench.raft.unreachable()).isEmpty();
    }

    @Test
    void shouldAcknowledgeNothingOfWhatIsDroppedWhilePaused() {
        StreamReceiver receiver = bench.accept(StreamType.MESSAGE);
        bench.peer.setPaused(true);

        receiver.receive(frames(heartbeat(1), proposal(1)));

        assertThat(receiver.delivered()).isZero();
    }

    @Test
    void shouldRefuseWhatIsForOrFromAnotherMemberAndGoOnWithTheStream() {
        Message vote = fromPeer(heartbeat(1)).toBuilder()
                .setType(MessageType.MsgVoteResp)
                .build();
        StreamReceiver receiver = bench.accept(StreamType.MESSAGE);
        try (LogLines lines = LogLines.named("dev.rafthttp.ledger.DropLog")) {
            receiver.receive(framesAsGiven(
                    vote.toBuilder().setTo(3).build(),
                    vote.toBuilder().setFrom(3).build(),
                    vote.toBuilder().setTo(3).build(),
                    fromPeer(heartbeat(2))));

            assertThat(lines.warnings())
                    .containsExactly(
                            "refused MsgVoteResp from member 2 to member 3, which came to member 1 on the message stream"
                                    + " of peer 2: to_mismatch; 0 more since the last such line",
                            "refused MsgVoteResp from member 3 to member 1, which came to member 1 on the message stream"
                                    + " of peer 2: from_mismatch; 0 more since the last such line");
        }
        assertThat(bench.processed()).containsExactly("MsgHeartbeat 2");
        assertThat(bench.status(Lane.MESSAGE).dropped())
                .containsOnly(entry(DropReason.TO_MISMATCH, 2L), entry(DropReason.FROM_MISMATCH, 1L));
        assertThat(bench.metrics.count("dropped", Lane.MESSAGE, MessageType.MsgVoteResp, DropReason.TO_MISMATCH))
                .isEqualTo(2);
        // The sender is not told that what was refused was delivered.
        assertThat(receiver.delivered()).isEqualTo(1);
        assertThat(bench.peer.status().received()).isEqualTo(1);
        assertThat(bench.raft.unreachable()).isEmpty();
    }

    @Test
    void shouldRefuseLocalTypesAndZeroBytesAndWhatIsFromARemovedMember() {
        StreamReceiver receiver = bench.accept(StreamType.MESSAGE);
        receiver.receive(framesAsGiven(
                fromPeer(heartbeat(1)).toBuilder().setType(MessageType.MsgHup).build(), Message.getDefaultInstance()));
        bench.raft.remove(PeerBench.ID);
        receiver.receive(frames(heartbeat(2)));
        bench.settle();

        assertThat(bench.processed()).isEmpty();
        assertThat(receiver.delivered()).isZero();
        assertThat(bench.status(Lane.MESSAGE).dropped())
                .containsOnly(
                        entry(DropReason.LOCAL_TYPE, 1L),
                        entry(DropReason.EMPTY, 1L),
                        entry(DropReason.FROM_REMOVED, 1L));
    }

    @Test
    void shouldRefuseAllButMsgAppOnAMsgAppStream() {
        StreamReceiver receiver = bench.accept(StreamType.MSGAPP);

        receiver.receive(msgAppFrames(heartbeat(1), app(1)));

        assertThat(bench.processed()).containsExactly("MsgApp 1");
        assertThat(bench.status(Lane.MSGAPP).dropped()).containsExactly(entry(DropReason.WRONG_LANE, 1L));
    }

    @Test
    void shouldTakeProposalsOfOtherMembersThatThePeerForwards() {
        StreamReceiver receiver = bench.accept(StreamType.MESSAGE);

        receiver.receive(
                framesAsGiven(fromPeer(proposal(1)).toBuilder().setFrom(3).build()));
        bench.settle();

        assertThat(bench.processed()).containsExactly("MsgProp 1");
    }

    @Test
    void shouldGiveAPostToRaftOnTheCallersThread() throws Exception {
        bench.peer.receivedPost(heartbeat(1));

        assertThat(bench.processed()).containsExactly("MsgHeartbeat 1");
        assertThat(bench.peer.status().received()).isEqualTo(1);
        assertThat(bench.metrics.count("received", Lane.PIPELINE, MessageType.MsgHeartbeat))
                .isEqualTo(1);
    }

    @Test
    void shouldThrowWhatRaftThrowsWhenItFailsToTakeAPost() {
        IOException full = new IOException("disk full");
        bench.raft.onProcess(message -> {
            throw full;
        });

        assertThatThrownBy(() -> bench.peer.receivedPost(heartbeat(1))).isSameAs(full);
        assertThat(bench.metrics.count("processFailed", Lane.PIPELINE, MessageType.MsgHeartbeat))
                .isEqualTo(1);
    }

    @Test
    void shouldRefuseAPostWhilePaused() {
        bench.peer.setPaused(true);

        assertThatThrownBy(() -> bench.peer.receivedPost(heartbeat(1))).hasMessage("peer 2 is paused");
        assertThat(bench.status(Lane.PIPELINE).dropped()).containsExactly(entry(DropReason.PAUSED, 1L));
    }

    @Test
    void shouldReportNoSnapshotWhenOneThatCameIsDropped() {
        bench.peer.setPaused(true);

        assertThatThrownBy(() -> bench.peer.receivedPost(snapshot(1))).hasMessage("peer 2 is paused");
        bench.settle();

        assertThat(bench.raft.snapshots()).isEmpty();
    }

    @Test
    void shouldCloseTheOlderStreamOfALaneWhenANewerComes() {
        List<String> closed = new ArrayList<>();
        StreamReceiver older = bench.accept(StreamType.MESSAGE, cause -> closed.add("older: " + cause.getMessage()));
        StreamReceiver other = bench.accept(StreamType.MSGAPP, cause -> closed.add("msgapp"));

        StreamReceiver newer = bench.accept(StreamType.MESSAGE, cause -> closed.add("newer"));
        newer.receive(frames(heartbeat(1)));

        assertThat(closed).containsExactly("older: replaced by a newer stream of the same kind");
        assertThatThrownBy(() -> older.receive(frames(heartbeat(2)))).hasMessage("the stream has been closed");
        assertThat(bench.processed()).containsExactly("MsgHeartbeat 1");
        assertThat(other.type()).isEqualTo(StreamType.MSGAPP);
    }

    @Test
    void shouldLeaveTheNewerStreamAloneWhenTheOlderIsClosedLate() {
        List<String> closed = new ArrayList<>();
        StreamReceiver older = bench.accept(StreamType.MESSAGE);
        bench.accept(StreamType.MESSAGE, cause -> closed.add("newer"));

        older.close(new PeerUnreachableException("connection reset"));
        assertThat(closed).isEmpty();
        bench.peer.close();

        assertThat(closed).containsExactly("newer");
    }

    @Test
    void shouldCloseItsStreamsWhenClosedAndOnlyOnce() {
        List<String> closed = new ArrayList<>();
        bench.accept(StreamType.MESSAGE, cause -> closed.add("message: " + cause.getMessage()));
        bench.accept(StreamType.MSGAPP, cause -> closed.add("msgapp: " + cause.getMessage()));

        bench.peer.close();
        bench.peer.close();

        assertThat(closed)
                .containsExactlyInAnyOrder(
                        "message: peer 2 has been removed or closed", "msgapp: peer 2 has been removed or closed");
    }

    @Test
    void shouldRefuseAStreamWhenClosed() {
        List<String> closed = new ArrayList<>();
        bench.peer.close();

        assertThatThrownBy(() -> bench.accept(StreamType.MESSAGE, cause -> closed.add("closed")))
                .isInstanceOf(PeerUnreachableException.class)
                .hasMessage("peer 2 has been removed");
        assertThat(closed).containsExactly("closed");
    }
}
