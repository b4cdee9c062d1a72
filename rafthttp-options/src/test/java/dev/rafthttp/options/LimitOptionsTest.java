package dev.rafthttp.options;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rafthttp.HeapLimits;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LimitOptionsTest {
    private static final long HEAP = 256L << 20;

    private final LimitOptions options = new LimitOptions();
    private final Mistakes mistakes = new Mistakes();

    @Test
    void shouldTakeSharesOfTheHeapWhenNoneIsGiven() {
        assertThat(options.check(HEAP, mistakes)).isEqualTo(HeapLimits.of(HEAP));
        assertThat(mistakes.isEmpty()).isTrue();
    }

    @Test
    void shouldTakeEachLimitAlone() {
        options.message = "1MiB";
        options.post = "512KiB";
        options.queue = "65536";
        options.receive = "128MiB";

        assertThat(options.check(HEAP, mistakes)).isEqualTo(new HeapLimits(1 << 20, 512 << 10, 65_536, 128L << 20));
        assertThat(mistakes.isEmpty()).isTrue();
    }

    @ParameterizedTest
    @CsvSource({"1024, 1024", "1KiB, 1024", " 2MiB , 2097152", "268435456, 268435456", "256MiB, 268435456"})
    void shouldReadBytesAndUnits(String text, int bytes) {
        options.queue = text;

        assertThat(options.check(HEAP, mistakes).queueBytes()).isEqualTo(bytes);
        assertThat(mistakes.isEmpty()).isTrue();
    }

    @Test
    void shouldRefuseAMessageThatCouldNeverBeReceived() {
        options.message = "33MiB";
        options.post = "17MiB";

        options.check(HEAP, mistakes);

        assertThatThrownBy(mistakes::throwIfAny)
                .hasMessageContaining("--max-message-bytes \"34603008\": expected at most 33554432 bytes, a half of"
                        + " --max-receive-bytes, which is 67108864")
                .hasMessageContaining("--max-post-bytes \"17825792\": expected at most 16777216 bytes, a quarter of");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "0",
                "1023",
                "-1",
                "1.5MiB",
                "1MB",
                "1 MiB",
                "257MiB",
                "999999999GiB",
                "999999999999",
                "9999999999999"
            })
    void shouldSayWhatIsWrongWithASize(String text) {
        options.receive = text;

        options.check(HEAP, mistakes);

        assertThatThrownBy(mistakes::throwIfAny)
                .isInstanceOf(WrongOptionsException.class)
                .hasMessageContaining("--max-receive-bytes \"" + text + "\"")
                .hasMessageContaining("from 1024 to 268435456 bytes, which the heap has");
    }
}
