package dev.rafthttp;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class HeapLimitsTest {
    private static final int MIB = 1 << 20;

    @Test
    void shouldBeSharesOfASmallHeap() {
        assertThat(HeapLimits.of(256 * MIB)).isEqualTo(new HeapLimits(32 * MIB, 16 * MIB, 16 * MIB, 64 * MIB));
    }

    @Test
    void shouldBeEtcdsInALargeHeap() {
        long heap = 4096L * MIB;

        assertThat(HeapLimits.of(heap)).isEqualTo(new HeapLimits(512 * MIB, 64 * MIB, 64 * MIB, heap / 4));
        assertThat(HeapLimits.of(Long.MAX_VALUE))
                .isEqualTo(new HeapLimits(512 * MIB, 64 * MIB, 64 * MIB, Long.MAX_VALUE / 4));
    }
}
