package dev.rafthttp.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class StepTest {
    private static final Map<String, String> ACKNOWLEDGED = Map.of("x", "1", "y", "2");

    @Test
    void shouldMissNothingWhenMoreIsKeptThanWasAcknowledged() {
        assertThat(Step.lost(ACKNOWLEDGED, Optional.of(new Replica(3, Map.of("x", "1", "y", "2", "z", "3")))))
                .isZero();
    }

    @Test
    void shouldCountAWriteAsLostWhenItIsGoneOrAnother() {
        assertThat(Step.lost(ACKNOWLEDGED, Optional.of(new Replica(3, Map.of("x", "1")))))
                .isEqualTo(1);
        assertThat(Step.lost(ACKNOWLEDGED, Optional.of(new Replica(3, Map.of("x", "1", "y", "other")))))
                .isEqualTo(1);
    }

    @Test
    void shouldCountAllAsLostWhenTheReplicasDiffer() {
        assertThat(Step.lost(ACKNOWLEDGED, Optional.empty())).isEqualTo(2);
    }
}
