package dev.rafthttp.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rafthttp.HeapLimits;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FrameLimitsTest {

    @Test
    void shouldFollowFromTheHeapWhenNotGiven() {
        assertThat(FrameLimits.DEFAULT.maxFrameBytes()).isEqualTo(HeapLimits.OF_JVM.messageBytes());
    }

    @ParameterizedTest
    @ValueSource(ints = {Integer.MIN_VALUE, -1, 0, (1 << 30) + 1, Integer.MAX_VALUE})
    void shouldRefuseAndNameTheRangeWhenLimitIsOutOfIt(int bytes) {
        assertThatThrownBy(() -> new FrameLimits(bytes))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("frame limit is " + bytes + " bytes, not 1 to 1073741824");
    }
}
