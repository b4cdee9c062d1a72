package dev.rafthttp.sidecar.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.JsonElement;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StrictJsonTest {
    private static JsonElement parse(String text) {
        return StrictJson.parse(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)));
    }

    @Test
    void shouldTakeANameInEachOfSeveralObjects() {
        String text = "{\"a\":{\"a\":[{\"a\":1},{\"a\":2}]},\"b\":{\"a\":null}}";

        assertThat(parse(text)).hasToString(text);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        {"urls":["x"],"urls":[]}        | ambiguous: it has $.urls twice
        {"a":[{},{"b":1,"c":2,"b":1}]}  | ambiguous: it has $.a[1].b twice
        {"a":1,"\\u0061":1}            | ambiguous: it has $.a twice
        """)
    void shouldSayWhereWhenANameIsThereTwice(String text, String expected) {
        assertThatThrownBy(() -> parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(expected);
    }
}
