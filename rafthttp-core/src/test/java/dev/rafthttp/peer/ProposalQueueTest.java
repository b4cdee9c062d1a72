package dev.rafthttp.peer;

import static dev.rafthttp.peer.TestMessages.proposal;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rafthttp.fixture.ManualExecutor;
import dev.rafthttp.raftpb.Message;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ProposalQueueTest {
    private final ManualExecutor executor = new ManualExecutor();
    private final Raft raft = new Raft();
    private final ProposalQueue queue = new ProposalQueue(3, 1 << 20, executor, raft);

    /** Takes proposals, after what the script says. */
    private static final class Raft implements ProposalQueue.Recipient {
        private final List<Message> processed = new ArrayList<>();
        private final List<Message> dropped = new ArrayList<>();
        private Runnable before = () -> {};

        @Override
        public void process(Message proposal) {
            before.run();
            processed.add(proposal);
        }

        @Override
        public void dropped(Message proposal) {
            dropped.add(proposal);
        }
    }

    @Test
    void shouldGiveProposalsToRaftInOrderOnOneTask() {
        queue.offer(proposal(1));
        queue.offer(proposal(2));
        assertThat(raft.processed).isEmpty();
        assertThat(executor.pending()).isEqualTo(1);

        executor.runAll();

        assertThat(raft.processed).containsExactly(proposal(1), proposal(2));
    }

    @Test
    void shouldRefuseAProposalWhenItHoldsItsLimit() {
        assertThat(queue.offer(proposal(1))).isTrue();
        assertThat(queue.offer(proposal(2))).isTrue();
        assertThat(queue.offer(proposal(3))).isTrue();

        assertThat(queue.offer(proposal(4))).isFalse();

        executor.runAll();
        assertThat(raft.processed).hasSize(3);
        assertThat(queue.offer(proposal(5))).isTrue();
    }

    @Test
    void shouldStartNoSecondTaskWhenRaftIsTakingAProposal() {
        raft.before = () -> {
            raft.before = () -> {};
            queue.offer(proposal(2));
            assertThat(executor.pending()).isZero();
        };
        queue.offer(proposal(1));

        executor.runAll();

        assertThat(raft.processed).containsExactly(proposal(1), proposal(2));
    }

    @Test
    void shouldGoOnWithTheNextProposalWhenOneIsThrownOut() {
        raft.before = () -> {
            raft.before = () -> {};
            throw new IllegalStateException("interrupted");
        };
        queue.offer(proposal(1));
        queue.offer(proposal(2));

        assertThatThrownBy(executor::runNext).hasMessage("interrupted");
        executor.runAll();
        queue.offer(proposal(3));
        executor.runAll();

        assertThat(raft.processed).containsExactly(proposal(2), proposal(3));
    }

    @Test
    void shouldDropWhatWaitsWhenClosed() {
        queue.offer(proposal(1));
        queue.offer(proposal(2));

        queue.close();
        executor.runAll();

        assertThat(raft.processed).isEmpty();
        assertThat(raft.dropped).containsExactly(proposal(1), proposal(2));
    }

    @Test
    void shouldDropAProposalWhenItComesAfterClose() {
        queue.close();

        queue.offer(proposal(1));
        executor.runAll();

        assertThat(raft.dropped).containsExactly(proposal(1));
    }
}
