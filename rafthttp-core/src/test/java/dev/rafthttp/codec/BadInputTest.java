package dev.rafthttp.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.rafthttp.CorruptFrameException;
import dev.rafthttp.FrameTooLargeException;
import dev.rafthttp.raftpb.Entry;
import dev.rafthttp.raftpb.Message;
import dev.rafthttp.raftpb.MessageType;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a decoder says of bytes that are no frames. Each case is fed whole, and then one byte at a time. */
class BadInputTest {
    private static final int LIMIT = 1000;
    private static final FrameLimits LIMITS = new FrameLimits(LIMIT);

    /** A message stream's frame of 10 bytes, and then what is at fault. */
    private static final String GOOD_MESSAGE = "0000000000000002" + "2007";

    private final RecordingSink sink = new RecordingSink();

    @ParameterizedTest
    @CsvSource({
        "00000000000003e9, 1001",
        "0000000080000000, 2147483648",
        "00000000ffffffff, 4294967295",
        "0000000100000000, 4294967296",
        "7fffffffffffffff, 9223372036854775807",
        "8000000000000000, 9223372036854775808",
        "ffffffffffffffff, 18446744073709551615",
        "ffffffffffffffec, 18446744073709551596",
    })
    void shouldNameLengthAndLimitWhenMessageIsAnnouncedTooLarge(String length, String inWords) {
        for (boolean byteByByte : new boolean[] {false, true}) {
            assertThatThrownBy(() -> decode(
                            new MessageDecoder(LIMITS, MemoryBudget.unlimited()), GOOD_MESSAGE + length, byteByByte))
                    .isInstanceOf(FrameTooLargeException.class)
                    .hasMessage("message of %s bytes at offset 10 is above the limit of 1000 bytes".formatted(inWords));
            assertThatThrownBy(() -> decode(newMsgAppV2Decoder(), "0002" + length, byteByByte))
                    .isInstanceOf(FrameTooLargeException.class)
                    .hasMessage("message of %s bytes at offset 2 is above the limit of 1000 bytes".formatted(inWords));
        }
    }

    @Test
    void shouldTakeMessageWhenItIsAsLargeAsTheLimit() {
        Message message = messageOf(LIMIT);
        FrameBuffer buffer = new FrameBuffer();
        new MessageEncoder().encode(message, buffer);
        decode(new MessageDecoder(LIMITS, MemoryBudget.unlimited()), hex(Wire.drain(buffer)), false);
        new MsgAppV2Encoder(1, 2, FrameLimits.DEFAULT).encode(message, buffer);
        decode(newMsgAppV2Decoder(), hex(Wire.drain(buffer)), false);

        assertThat(sink.messages()).containsExactly(message, message);
    }

    @ParameterizedTest
    @CsvSource({
        "000000000000007e, 126",
        "4000000000000000, 4611686018427387904",
        "8000000000000000, 9223372036854775808",
        "ffffffffffffffff, 18446744073709551615",
    })
    void shouldNameNumberAndLimitWhenTooManyEntriesAreAnnounced(String count, String inWords) {
        for (boolean byteByByte : new boolean[] {false, true}) {
            assertThatThrownBy(() -> decode(newMsgAppV2Decoder(), "0001" + count, byteByByte))
                    .isInstanceOf(FrameTooLargeException.class)
                    .hasMessage("%s entries at offset 2 are above the limit of 1000 bytes".formatted(inWords));
        }
    }

    @ParameterizedTest
    @CsvSource({
        "00000000000003e1, 993",
        "7fffffffffffffff, 9223372036854775807",
        "ffffffffffffffff, 18446744073709551615"
    })
    void shouldNameLengthAndLimitWhenEntryIsAnnouncedTooLarge(String length, String inWords) {
        for (boolean byteByByte : new boolean[] {false, true}) {
            assertThatThrownBy(() -> decode(newMsgAppV2Decoder(), "01" + "0000000000000001" + length, byteByByte))
                    .isInstanceOf(FrameTooLargeException.class)
                    .hasMessage(
                            "entry of %s bytes at offset 9, after 8 bytes of the same frame, is above the limit of 1000 bytes",
                            inWords);
        }
    }

    @Test
    void shouldNameLengthAndLimitWhenEntriesTogetherAreTooLarge() {
        String entry = "0000000000000190" + "22" + "8d03" + "00".repeat(397);
        assertThatThrownBy(() -> decode(newMsgAppV2Decoder(), "01" + "0000000000000003" + entry.repeat(3), false))
                .isInstanceOf(FrameTooLargeException.class)
                .hasMessage("entry of 400 bytes at offset 825, after 824 bytes of the same frame, is above the limit of"
                        + " 1000 bytes");
    }

    /** An AppEntries frame can cost more than its message; what the sender may send the receiver must take. */
    @Test
    void shouldGoWholeWhenTheMessageIsWithinTheLimitButAppEntriesIsNot() {
        Message.Builder message =
                Message.newBuilder().setType(MessageType.MsgApp).setFrom(1).setTo(2);
        while (message.build().getSerializedSize() <= LIMIT - 4) {
            message.addEntries(Entry.newBuilder().setTerm(1));
        }
        FrameBuffer buffer = new FrameBuffer();
        new MsgAppV2Encoder(1, 2, FrameLimits.DEFAULT).encode(message.build(), buffer);
        ByteString tooLarge = Wire.drain(buffer);
        assertThat(tooLarge.byteAt(0)).isEqualTo((byte) MsgAppV2Frame.APP_ENTRIES);
        assertThatThrownBy(() -> decode(newMsgAppV2Decoder(), hex(tooLarge), false))
                .isInstanceOf(FrameTooLargeException.class);

        buffer.clear();
        new MsgAppV2Encoder(1, 2, LIMITS).encode(message.build(), buffer);
        ByteString whole = Wire.drain(buffer);
        assertThat(whole.byteAt(0)).isEqualTo((byte) MsgAppV2Frame.MSG_APP);
        decode(newMsgAppV2Decoder(), hex(whole), false);

        assertThat(sink.messages().get(0).getEntriesList()).isEqualTo(message.getEntriesList());
    }

    @ParameterizedTest
    @ValueSource(ints = {3, 0x7F, 0x80, 0xFF})
    void shouldNameTypeAndOffsetWhenFrameTypeIsUnknown(int type) {
        String input = "0000" + HexFormat.of().toHexDigits((byte) type);
        for (boolean byteByByte : new boolean[] {false, true}) {
            assertThatThrownBy(() -> decode(newMsgAppV2Decoder(), input, byteByByte))
                    .isInstanceOfSatisfying(
                            CorruptFrameException.class,
                            e -> assertThat(e.offset()).isEqualTo(2))
                    .hasMessage("corrupt frame at offset 2: frame type %d is none of 0, 1 and 2", type);
        }
    }

    /** Bodies that are no Message, and where in them the parser notices. */
    @ParameterizedTest
    @CsvSource({
        "00, 1, field number zero",
        "07, 1, wire type 7",
        "0e, 1, wire type 6",
        "0c, 1, the end of a group that never began",
        "1001 0c 1001, 3, the end of a group between two fields",
        "0b, 1, a group that never ends",
        "ff ff ff ff ff ff ff ff ff ff, 10, a tag without an end",
        "10, 1, a number that is missing",
        "10 ff, 2, a number that is cut",
        "10 ff ff ff ff ff ff ff ff ff ff 01, 12, a number of 11 bytes",
        "62 05 00, 2, bytes that are cut",
        "62 ff ff ff ff 07, 6, bytes of 2 GiB",
        "62 ff ff ff ff 0f, 6, bytes of negative length",
        "3a 02 10, 2, an entry that is cut",
        "3a 01 10, 3, an entry that ends within a field",
        "3a 03 22 05 00, 4, an entry's data beyond the entry",
        "4a 04 12 02 0a 05, 6, a configuration beyond its metadata",
        "72 80 80 80 80 08, 6, a response of negative length",
    })
    void shouldNameTheOffsetWhenBodyIsNoMessage(String spaced, int at, String what) {
        String body = spaced.replace(" ", "");
        String length = HexFormat.of().toHexDigits((long) body.length() / 2);
        for (boolean byteByByte : new boolean[] {false, true}) {
            // What follows must not be taken for the rest of the body.
            String frame = length + body + "00".repeat(20);
            long messageOffset = (long) GOOD_MESSAGE.length() / 2 + Long.BYTES + at;
            assertThatThrownBy(() -> decode(
                            new MessageDecoder(LIMITS, MemoryBudget.unlimited()), GOOD_MESSAGE + frame, byteByByte))
                    .as(what)
                    .isInstanceOfSatisfying(
                            CorruptFrameException.class,
                            e -> assertThat(e.offset()).isEqualTo(messageOffset))
                    .hasMessageStartingWith("corrupt frame at offset " + messageOffset + ": ")
                    .hasCauseInstanceOf(InvalidProtocolBufferException.class);
            assertThatThrownBy(() -> decode(newMsgAppV2Decoder(), "00" + "02" + frame, byteByByte))
                    .as(what)
                    .isInstanceOfSatisfying(
                            CorruptFrameException.class,
                            e -> assertThat(e.offset()).isEqualTo(2 + Long.BYTES + at));
        }
        assertThat(sink.messages()).allMatch(message -> message.getTerm() == 7);
    }

    @Test
    void shouldNameTheOffsetWhenSecondEntryIsCorrupt() {
        String good = "0000000000000002" + "1001";
        String bad = "0000000000000003" + "1001" + "10";
        for (boolean byteByByte : new boolean[] {false, true}) {
            assertThatThrownBy(() -> decode(newMsgAppV2Decoder(), "01" + "0000000000000002" + good + bad, byteByByte))
                    .isInstanceOfSatisfying(
                            CorruptFrameException.class,
                            e -> assertThat(e.offset()).isEqualTo(9 + 10 + 8 + 3));
        }
        assertThat(sink.frames()).isEmpty();
    }

    @Test
    void shouldRefuseWhenResponsesAreNestedWithoutEnd() {
        Message message = Message.getDefaultInstance();
        for (int depth = 0; depth < 150; depth++) {
            message = Message.newBuilder().addResponses(message).build();
        }
        FrameBuffer buffer = new FrameBuffer();
        new MessageEncoder().encode(message, buffer);
        String frame = hex(Wire.drain(buffer));

        assertThatThrownBy(() -> decode(new MessageDecoder(LIMITS, MemoryBudget.unlimited()), frame, false))
                .isInstanceOf(CorruptFrameException.class)
                .hasMessageContaining("nesting");
    }

    private static MsgAppV2Decoder newMsgAppV2Decoder() {
        return new MsgAppV2Decoder(2, 1, LIMITS, MemoryBudget.unlimited());
    }

    private static Message messageOf(int bytes) {
        Message message = Message.newBuilder()
                .setContext(ByteString.copyFrom(new byte[bytes - 3]))
                .build();
        assertThat(message.getSerializedSize()).isEqualTo(bytes);
        return message;
    }

    private void decode(FrameDecoder decoder, String hex, boolean byteByByte) {
        byte[] bytes = HexFormat.of().parseHex(hex);
        if (byteByByte) {
            for (int i = 0; i < bytes.length; i++) {
                decoder.decode(ByteBuffer.wrap(bytes, i, 1), sink);
            }
        } else {
            decoder.decode(ByteBuffer.wrap(bytes), sink);
        }
    }

    private static String hex(ByteString bytes) {
        return HexFormat.of().formatHex(bytes.toByteArray());
    }
}
