package dev.rafthttp.sidecar.messages;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.rafthttp.raftpb.Entry;
import dev.rafthttp.raftpb.Message;
import dev.rafthttp.raftpb.MessageType;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

class FramingMistakeTest {
    private static final List<Message> MESSAGES = List.of(
            message(MessageType.MsgApp).toBuilder()
                    .addEntries(Entry.newBuilder().setIndex(1).setData(ByteString.copyFrom(new byte[300])))
                    .build(),
            message(MessageType.MsgHeartbeat),
            message(MessageType.MsgHup).toBuilder().clearType().build());

    private static Message message(MessageType type) {
        return Message.newBuilder().setType(type).setTo(2).setFrom(1).setTerm(7).build();
    }

    private static Optional<String> recognized(byte[] body) {
        FramingMistake mistake = new FramingMistake();
        for (byte each : body) {
            mistake.look(ByteBuffer.wrap(new byte[] {each}));
        }
        return mistake.recognized();
    }

    private static byte[] framed(Message message, ByteOrder order, int lengthBytes) {
        byte[] bytes = message.toByteArray();
        ByteBuffer body = ByteBuffer.allocate(lengthBytes + bytes.length).order(order);
        if (lengthBytes == Long.BYTES) {
            body.putLong(bytes.length);
        } else {
            body.putInt(bytes.length);
        }
        return body.put(bytes).array();
    }

    @Test
    void shouldRecognizeTheUsualMistakesAndSayWhatIsExpected() throws IOException {
        for (Message message : MESSAGES) {
            ByteArrayOutputStream delimited = new ByteArrayOutputStream();
            message.writeDelimitedTo(delimited);

            assertThat(recognized(framed(message, ByteOrder.LITTLE_ENDIAN, Long.BYTES)))
                    .hasValueSatisfying(text -> assertThat(text)
                            .contains("u64 length of " + message.getSerializedSize() + ", little-endian"));
            assertThat(recognized(framed(message, ByteOrder.BIG_ENDIAN, Integer.BYTES)))
                    .hasValueSatisfying(text ->
                            assertThat(text).contains("u32 length of " + message.getSerializedSize() + ", big-endian"));
            assertThat(recognized(framed(message, ByteOrder.LITTLE_ENDIAN, Integer.BYTES)))
                    .hasValueSatisfying(text -> assertThat(text)
                            .contains("u32 length of " + message.getSerializedSize() + ", little-endian"));
            assertThat(recognized(delimited.toByteArray()))
                    .hasValueSatisfying(
                            text -> assertThat(text).contains("varint length of " + message.getSerializedSize()));
            assertThat(recognized(message.toByteArray()))
                    .hasValueSatisfying(text -> assertThat(text)
                            .contains("a message without a length")
                            .contains("u64, big-endian, then the message"));
        }
        assertThat(recognized("{\"type\":\"MsgApp\"}".getBytes(StandardCharsets.UTF_8)))
                .hasValueSatisfying(text -> assertThat(text).contains("JSON").contains("application/json"));
    }

    @Test
    void shouldRecognizeNothingInNoise() {
        long seed = 20261130;
        Random random = new Random(seed);
        int recognized = 0;
        for (int i = 0; i < 1_000; i++) {
            byte[] noise = new byte[64];
            random.nextBytes(noise);
            recognized += recognized(noise).isPresent() ? 1 : 0;
        }
        assertThat(recognized).as("of 1000, seed %d", seed).isZero();
        assertThat(recognized(new byte[64])).isEmpty();
    }
}
