package dev.rafthttp.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class AcknowledgementReaderTest {
    private static final List<Long> NUMBERS = List.of(0L, 1L, 0x0102_0304_0506_0708L, 0xFFFF_FFFF_FFFF_FFFFL);

    private final List<Long> read = new ArrayList<>();
    private final AcknowledgementReader reader = new AcknowledgementReader(read::add);

    @Test
    void shouldReadEveryNumberWhenCutAtAnyByte() {
        byte[] bytes = bytes();
        for (int cut = 0; cut <= bytes.length; cut++) {
            read.clear();
            reader.read(ByteBuffer.wrap(bytes, 0, cut));
            assertThat(read).as("before the cut at %d", cut).isEqualTo(NUMBERS.subList(0, cut / Long.BYTES));
            reader.read(ByteBuffer.wrap(bytes, cut, bytes.length - cut));
            assertThat(read).as("after the cut at %d", cut).isEqualTo(NUMBERS);
        }
    }

    @Test
    void shouldReadEveryNumberWhenBytesComeOneByOne() {
        for (byte each : bytes()) {
            reader.read(ByteBuffer.wrap(new byte[] {each}));
        }

        assertThat(read).isEqualTo(NUMBERS);
    }

    @Test
    void shouldConsumeItsInputWhenItEndsWithinANumber() {
        ByteBuffer in = ByteBuffer.wrap(bytes(), 0, 11);

        reader.read(in);

        assertThat(in.hasRemaining()).isFalse();
    }

    private static byte[] bytes() {
        ByteBuffer bytes = ByteBuffer.allocate(NUMBERS.size() * Long.BYTES);
        NUMBERS.forEach(bytes::putLong);
        return bytes.array();
    }
}
