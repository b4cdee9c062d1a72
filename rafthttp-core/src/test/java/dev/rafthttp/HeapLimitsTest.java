package dev.rafthttp;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class HeapLimitsTest {
    private static final int MIB = 1 << 20;

    @Test
    void shouldBeSharesOfASmallHeap() {
        assertThat(HeapLimits.of(256 * MIB)).isEqualTo(new HeapLimits(32 * MIB, 16 * MIB, 16 * MIB));
    }

    @Test
    void shouldBeEtcdsInALargeHeap() {
        HeapLimits most = new HeapLimits(512 * MIB, 64 * MIB, 64 * MIB);

        assertThat(HeapLimits.of(4096L * MIB)).isEqualTo(most);
        assertThat(HeapLimits.of(Long.MAX_VALUE)).isEqualTo(most);
    }
}
