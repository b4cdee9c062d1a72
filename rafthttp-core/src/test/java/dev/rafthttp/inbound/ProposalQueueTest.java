package dev.rafthttp.inbound;

import static dev.rafthttp.fixture.TestMessages.proposal;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rafthttp.RaftCallback;
import dev.rafthttp.fixture.ManualExecutor;
import dev.rafthttp.raftpb.Message;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;

class ProposalQueueTest {
    private final ManualExecutor executor = new ManualExecutor();
    private final Raft raft = new Raft();
    private final ProposalQueue queue = new ProposalQueue(3, 1 << 20, executor, raft);

    /** Takes proposals, after what the script says. */
    private static final class Raft implements ProposalQueue.Recipient {
        private final List<Message> processed = new ArrayList<>();
        private final List<Message> dropped = new ArrayList<>();
        private final Queue<CompletableFuture<Void>> holds = new ArrayDeque<>();
        private Runnable before = () -> {};

        @Override
        public CompletionStage<Void> process(Message proposal) {
            before.run();
            processed.add(proposal);
            CompletableFuture<Void> held = holds.poll();
            return held == null ? RaftCallback.TAKEN : held;
        }

        /** Holds the next proposal until the stage is completed. */
        CompletableFuture<Void> hold() {
            CompletableFuture<Void> next = new CompletableFuture<>();
            holds.add(next);
            return next;
        }

        @Override
        public void dropped(Message proposal) {
            dropped.add(proposal);
        }
    }

    @Test
    void shouldGiveAProposalToRaftAtOnceWhenNoneIsBeforeIt() {
        queue.offer(proposal(1));
        queue.offer(proposal(2));

        assertThat(raft.processed).containsExactly(proposal(1), proposal(2));
        assertThat(executor.pending()).isZero();
    }

    @Test
    void shouldGiveProposalsToRaftInOrderOnAnotherThreadWhenItHasTakenTheOneThatItHeld() {
        CompletableFuture<Void> first = raft.hold();
        CompletableFuture<Void> second = raft.hold();
        queue.offer(proposal(1));
        queue.offer(proposal(2));
        queue.offer(proposal(3));
        assertThat(raft.processed).containsExactly(proposal(1));

        first.complete(null);
        assertThat(raft.processed).containsExactly(proposal(1));
        executor.runAll();
        assertThat(raft.processed).containsExactly(proposal(1), proposal(2));
        second.completeExceptionally(new IllegalStateException("full"));
        executor.runAll();

        assertThat(raft.processed).containsExactly(proposal(1), proposal(2), proposal(3));
    }

    @Test
    void shouldRefuseAProposalWhenItHoldsItsLimit() {
        CompletableFuture<Void> first = raft.hold();
        queue.offer(proposal(0));
        assertThat(queue.offer(proposal(1))).isTrue();
        assertThat(queue.offer(proposal(2))).isTrue();
        assertThat(queue.offer(proposal(3))).isTrue();

        assertThat(queue.offer(proposal(4))).isFalse();

        first.complete(null);
        executor.runAll();
        assertThat(raft.processed).hasSize(4);
        assertThat(queue.offer(proposal(5))).isTrue();
    }

    @Test
    void shouldKeepTheOrderWhenRaftProposesWhileItTakesAProposal() {
        raft.before = () -> {
            raft.before = () -> {};
            queue.offer(proposal(2));
            assertThat(raft.processed).isEmpty();
        };

        queue.offer(proposal(1));

        assertThat(raft.processed).containsExactly(proposal(1), proposal(2));
    }

    @Test
    void shouldGoOnWithTheNextProposalWhenOneIsThrownOut() {
        raft.before = () -> {
            raft.before = () -> {};
            throw new IllegalStateException("broken");
        };

        assertThatThrownBy(() -> queue.offer(proposal(1))).hasMessage("broken");
        queue.offer(proposal(2));

        assertThat(raft.processed).containsExactly(proposal(2));
    }

    @Test
    void shouldDropWhatWaitsWhenClosed() {
        CompletableFuture<Void> first = raft.hold();
        queue.offer(proposal(1));
        queue.offer(proposal(2));
        queue.offer(proposal(3));

        queue.close();
        first.complete(null);
        executor.runAll();

        assertThat(raft.processed).containsExactly(proposal(1));
        assertThat(raft.dropped).containsExactly(proposal(2), proposal(3));
    }

    @Test
    void shouldDropAProposalWhenItComesAfterClose() {
        queue.close();

        queue.offer(proposal(1));

        assertThat(raft.processed).isEmpty();
        assertThat(raft.dropped).containsExactly(proposal(1));
    }
}
