package dev.rafthttp.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rafthttp.NoRoomException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

class MemoryBudgetTest {
    private static final int FREE = MemoryBudget.FREE_BYTES;

    private final MemoryBudget budget = new MemoryBudget(10L * FREE);

    @Test
    void shouldTakeNothingWhenAnExchangeNeedsLittle() {
        MemoryBudget.Charge charge = budget.open();

        charge.cover(FREE);

        assertThat(budget.bytes()).isZero();
    }

    @Test
    void shouldTakeWhatIsAboveTheFreePartAndGiveItBack() {
        MemoryBudget.Charge charge = budget.open();
        charge.cover(3L * FREE);
        charge.cover(2L * FREE);

        assertThat(budget.bytes()).isEqualTo(2L * FREE);
        assertThat(budget).hasToString("all that is being received: 131072 of 655360 bytes");

        charge.release();
        charge.release();
        assertThat(budget.bytes()).isZero();

        charge.cover(2L * FREE);
        assertThat(budget.bytes()).isEqualTo(FREE);
    }

    @Test
    void shouldNameLimitAndUseWhenThereIsNoRoom() {
        MemoryBudget.Charge other = budget.open();
        other.cover(8L * FREE);
        MemoryBudget.Charge charge = budget.open();

        assertThatThrownBy(() -> charge.cover(5L * FREE))
                .isInstanceOf(NoRoomException.class)
                .hasMessage(
                        "no room for 262144 more bytes: all that is being received has 458752 of at most 655360 bytes");

        assertThat(budget.bytes()).isEqualTo(7L * FREE);
        other.close();
        charge.cover(5L * FREE);
        assertThat(budget.bytes()).isEqualTo(4L * FREE);
    }

    @Test
    void shouldLeaveHalfToOthersWhenOneTakesAllOfItsShare() {
        MemoryBudget share = budget.share("from peer 2");
        MemoryBudget.Charge charge = share.open();
        charge.cover(6L * FREE);

        assertThatThrownBy(() -> charge.cover(7L * FREE))
                .isInstanceOf(NoRoomException.class)
                .hasMessage(
                        "no room for 65536 more bytes: all that is being received from peer 2 has 327680 of at most 327680 bytes");
        assertThat(budget.bytes()).isEqualTo(5L * FREE);

        budget.share("from peer 3").open().cover(6L * FREE);
        assertThatThrownBy(() -> budget.share("from peer 4").open().cover(2L * FREE))
                .hasMessageContaining("all that is being received has 655360 of at most 655360");

        charge.close();
        assertThat(share.bytes()).isZero();
        assertThat(budget.bytes()).isEqualTo(5L * FREE);
    }

    @Test
    void shouldKeepNothingWhenAnExchangeIsClosedWhileItTakes() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(2);
        try {
            for (int round = 0; round < 2_000; round++) {
                MemoryBudget.Charge charge = budget.open();
                CyclicBarrier start = new CyclicBarrier(2);
                List<Future<?>> both = new ArrayList<>();
                both.add(threads.submit(() -> {
                    start.await();
                    for (int total = 2; total < 9; total++) {
                        charge.cover((long) total * FREE);
                    }
                    return null;
                }));
                both.add(threads.submit(() -> {
                    start.await();
                    charge.close();
                    return null;
                }));
                for (Future<?> each : both) {
                    each.get();
                }
                assertThat(budget.bytes()).as("round %d", round).isZero();
            }
        } finally {
            threads.shutdownNow();
        }
    }
}
