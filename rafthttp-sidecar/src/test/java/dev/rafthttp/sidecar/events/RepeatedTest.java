package dev.rafthttp.sidecar.events;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import org.junit.jupiter.api.Test;

class RepeatedTest {
    private final List<String> told = new ArrayList<>();
    private final Queue<Runnable> timers = new ArrayDeque<>();
    private final Repeated<String, Integer> repeated = new Repeated<>(
            1_000,
            (subject, count, total, last) -> told.add(subject + " " + count + " of " + total + ", last " + last));

    private void add(String subject, int thing) {
        repeated.add(subject, thing, (task, millis) -> {
            assertThat(millis).isEqualTo(1_000);
            timers.add(task);
        });
    }

    @Test
    void shouldTellTheFirstAtOnceAndTheNextTogetherWhenTimeHasPassed() {
        add("a", 1);
        add("a", 2);
        add("a", 3);
        add("b", 4);
        assertThat(told).containsExactly("a 1 of 1, last 1", "b 1 of 1, last 4");
        told.clear();

        timers.remove().run();

        assertThat(told).containsExactly("a 2 of 3, last 3");
    }

    @Test
    void shouldTellTheNextAtOnceAgainWhenItWasQuiet() {
        add("a", 1);
        timers.remove().run();
        assertThat(timers).isEmpty();
        told.clear();

        add("a", 2);

        assertThat(told).containsExactly("a 1 of 2, last 2");
        assertThat(repeated.totals()).isEqualTo(Map.of("a", 2L));
    }
}
