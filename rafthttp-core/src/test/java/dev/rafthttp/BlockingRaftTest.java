package dev.rafthttp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.rafthttp.fixture.RecordingCallback;
import dev.rafthttp.raftpb.Message;
import dev.rafthttp.raftpb.MessageType;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class BlockingRaftTest {
    private static final MemberId SENDER = new MemberId(2);

    private final RecordingCallback reports = new RecordingCallback();
    private final Queue<MessageType> taken = new ConcurrentLinkedQueue<>();
    private final CountDownLatch gate = new CountDownLatch(1);
    private final BlockingRaft raft = new BlockingRaft(this::take, reports, "raft", 2);

    private void take(Message message, MemberId sender) throws Exception {
        assertThat(sender).isEqualTo(SENDER);
        assertThat(Thread.currentThread().getName()).startsWith("raft-");
        if (message.getType() == MessageType.MsgSnap) {
            throw new IOException("disk full");
        }
        if (message.getType() != MessageType.MsgHeartbeat) {
            gate.await();
        }
        taken.add(message.getType());
    }

    private CompletableFuture<Void> process(MessageType type) {
        return raft.process(Message.newBuilder().setType(type).build(), SENDER).toCompletableFuture();
    }

    @AfterEach
    void close() {
        raft.close();
    }

    @Test
    void shouldHoldNobodyWhileRaftBlocksAndTellWhenItHasTheMessage() {
        CompletableFuture<Void> blocked = process(MessageType.MsgApp);
        process(MessageType.MsgHeartbeat).join();
        assertThat(blocked).isNotDone();

        gate.countDown();
        blocked.join();

        assertThat(taken).containsExactly(MessageType.MsgHeartbeat, MessageType.MsgApp);
    }

    @Test
    void shouldTakeOtherMessagesWhileEveryThreadForProposalsWaits() {
        List<CompletableFuture<Void>> proposals = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            proposals.add(process(MessageType.MsgProp));
        }

        process(MessageType.MsgHeartbeat).join();

        assertThat(proposals).noneMatch(CompletableFuture::isDone);
        gate.countDown();
        proposals.forEach(CompletableFuture::join);
        assertThat(taken).hasSize(21);
    }

    @Test
    void shouldPassOnWhatRaftThrows() {
        CompletableFuture<Void> failed = process(MessageType.MsgSnap);

        assertThatThrownBy(failed::join).hasRootCauseMessage("disk full");
    }

    @Test
    void shouldRefuseWhatWaitsAndWhatComesWhenClosed() {
        List<CompletableFuture<Void>> waiting = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            waiting.add(process(MessageType.MsgApp));
        }

        raft.close();

        await().until(() -> waiting.stream().allMatch(CompletableFuture::isDone));
        for (CompletableFuture<Void> each : waiting) {
            assertThatThrownBy(each::join).hasCauseInstanceOf(RejectedExecutionException.class);
        }
        assertThatThrownBy(() -> process(MessageType.MsgApp)).isInstanceOf(RejectedExecutionException.class);
        assertThat(taken).isEmpty();
    }

    @Test
    void shouldPassReportsOn() {
        raft.reportUnreachable(SENDER);
        raft.reportSnapshot(SENDER, SnapshotStatus.FAILURE);
        raft.reportRemoved(new RemovedMemberException(SENDER, "removed"));
        reports.remove(SENDER);

        assertThat(reports.unreachable()).containsExactly(SENDER);
        assertThat(reports.snapshots()).hasSize(1);
        assertThat(reports.removals()).hasSize(1);
        assertThat(raft.isIdRemoved(SENDER)).isTrue();
    }

    @Test
    void shouldRefuseToBeMadeWithoutThreads() {
        assertThatThrownBy(() -> new BlockingRaft(this::take, reports, "raft", 0))
                .hasMessage("0 threads: expected 1 or more");
    }
}
