package dev.rafthttp.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class WritersTest {
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final ScriptedStore one = new ScriptedStore();
    private final ScriptedStore other = new ScriptedStore();
    private final List<Member> members = List.of(member("a", one), member("b", other));

    private static Member member(String name, Store store) {
        return new Member(name, "node-" + name, "sidecar-" + name, "sidecar-" + name, store);
    }

    @Test
    void shouldRememberExactlyWhatWasAcknowledgedWhenOneMemberRefuses() throws Exception {
        one.breakDown(true);
        Writers writers = new Writers(members, "k-");
        try (writers) {
            writers.awaitMore(5, PATIENCE);
            await().atMost(PATIENCE).until(() -> writers.refused() > 0);
        }

        assertThat(writers.acknowledged())
                .isEqualTo(other.replica().entries())
                .allSatisfy((key, value) -> assertThat(key).startsWith("k-"));
        assertThat(writers.count()).isEqualTo(writers.acknowledged().size());
        one.breakDown(false);
        assertThat(one.replica().entries()).isEmpty();
    }

    @Test
    void shouldMeasureThePauseWhenNobodyAcknowledges() throws Exception {
        Writers writers = new Writers(members, "k-");
        Duration refusedFor;
        try (writers) {
            writers.awaitMore(1, PATIENCE);
            one.breakDown(true);
            other.breakDown(true);
            long from = System.nanoTime();
            long refused = writers.refused();
            await().atMost(PATIENCE).until(() -> writers.refused() > refused + 8);
            refusedFor = Duration.ofNanos(System.nanoTime() - from);
            one.breakDown(false);
            writers.awaitMore(1, PATIENCE);
        }

        // A write that was under way may have been acknowledged just after the stores broke down.
        assertThat(writers.longestPause()).isGreaterThan(refusedFor.dividedBy(2));
    }

    @Test
    void shouldSayWhatIsMissingWhenWritesDoNotGoOn() {
        one.breakDown(true);
        other.breakDown(true);
        try (Writers writers = new Writers(members, "k-")) {
            assertThatExceptionOfType(Await.TimedOutException.class)
                    .isThrownBy(() -> writers.awaitMore(3, Duration.ofMillis(50)))
                    .withMessageContaining("no 3 more writes");
        }
    }
}
