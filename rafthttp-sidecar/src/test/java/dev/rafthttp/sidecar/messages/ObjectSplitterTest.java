package dev.rafthttp.sidecar.messages;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rafthttp.sidecar.http.RefusedRequestException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ObjectSplitterTest {
    private static final int MAX_BYTES = 40;

    private final List<String> objects = new ArrayList<>();

    private ObjectSplitter splitter() {
        objects.clear();
        return new ObjectSplitter(
                MAX_BYTES, (utf8, start) -> objects.add(start + " " + StandardCharsets.UTF_8.decode(utf8)));
    }

    private static ByteBuffer bytes(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void shouldCutTheSameObjectsWhereverTheBytesAreCut() {
        String body = "{\"a\":\"}\\\"{é\"}\n{\"b\":{\"c\":[{}]}} {}\r\n\t{\"d\\\\\":1}";
        byte[] all = body.getBytes(StandardCharsets.UTF_8);
        for (int cut = 0; cut <= all.length; cut++) {
            ObjectSplitter splitter = splitter();

            splitter.split(ByteBuffer.wrap(all, 0, cut));
            splitter.split(ByteBuffer.wrap(all, cut, all.length - cut));

            assertThat(objects)
                    .as("cut at %d", cut)
                    .containsExactly("0 {\"a\":\"}\\\"{é\"}", "15 {\"b\":{\"c\":[{}]}}", "32 {}", "37 {\"d\\\\\":1}");
            assertThat(splitter.isBetweenObjects()).isTrue();
            assertThat(splitter.offset()).isEqualTo(all.length);
        }
    }

    @Test
    void shouldNameTheOffsetOfWhatIsNoObject() {
        ObjectSplitter splitter = splitter();

        assertThatThrownBy(() -> splitter.split(bytes("{} {}, {}")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("','")
                .hasMessageContaining("offset 5");
        assertThat(objects).containsExactly("0 {}", "3 {}");
    }

    @Test
    void shouldRefuseAnObjectAboveTheLimitBeforeItIsWhole() {
        ObjectSplitter splitter = splitter();

        assertThatThrownBy(() -> splitter.split(bytes("{}{\"a\":\"" + "x".repeat(MAX_BYTES))))
                .isInstanceOf(RefusedRequestException.class)
                .hasMessageContaining("offset 2")
                .hasMessageContaining(String.valueOf(MAX_BYTES));
    }

    @Test
    void shouldSayThatAnObjectIsCut() {
        ObjectSplitter splitter = splitter();

        splitter.split(bytes(" {\"a\":\"}\""));

        assertThat(splitter.isBetweenObjects()).isFalse();
        assertThat(splitter.objectStart()).isEqualTo(1);
    }
}
