package dev.rafthttp.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import dev.rafthttp.FrameTooLargeException;
import dev.rafthttp.NoRoomException;
import dev.rafthttp.raftpb.Entry;
import dev.rafthttp.raftpb.Message;
import dev.rafthttp.raftpb.MessageType;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Decoders count what bytes become before they become it, and all of them together stay within one budget. */
class DecodingBudgetTest {
    private static final int MIB = 1 << 20;
    private static final FrameLimits LIMITS = new FrameLimits(8 * MIB);
    private static final long BUDGET = 12L * MIB;

    private final MemoryBudget budget = new MemoryBudget(BUDGET);
    private final RecordingSink sink = new RecordingSink();

    /** Entries whose bytes are fewer than a tenth of what they become: empty ones, and such as have an unknown field. */
    @ParameterizedTest
    @ValueSource(strings = {"", "a00601"})
    void shouldStopBeforeTheEntriesOfAFrameBecomeMoreThanTheLimit(String entry) {
        byte[] one = bytes("%016x%s".formatted(entry.length() / 2, entry));
        MsgAppV2Decoder decoder = new MsgAppV2Decoder(2, 1, LIMITS, MemoryBudget.unlimited());
        decoder.decode(ByteBuffer.wrap(bytes("01%016x".formatted(200_000))), sink);

        long allocated = Allocation.of(() -> assertThatThrownBy(() -> {
                    for (int i = 0; i < 200_000; i++) {
                        decoder.decode(ByteBuffer.wrap(one), sink);
                    }
                })
                .isInstanceOf(FrameTooLargeException.class)
                .hasMessageContaining("more than the limit of 16777216 bytes"));

        assertThat(sink.frames()).isEmpty();
        // With the buffers, arrays that were too small, and builders.
        assertThat(allocated).isLessThan(100L * MIB);
    }

    @Test
    void shouldRefuseMoreEntriesThanTheLimitHasRoomForWhenTheyAreAnnounced() {
        MsgAppV2Decoder decoder = new MsgAppV2Decoder(2, 1, LIMITS, budget);

        assertThatThrownBy(() -> decoder.decode(ByteBuffer.wrap(bytes("01%016x".formatted(1_000_000))), sink))
                .isInstanceOf(FrameTooLargeException.class)
                .hasMessage("1000000 entries at offset 1 are above the limit of 16777216 bytes for a decoded frame");
    }

    @Test
    void shouldStopBeforeTheFieldsOfAMessageBecomeMoreThanTheLimit() {
        ByteString.Output body = ByteString.newOutput();
        for (int i = 0; i < 300_000; i++) {
            body.write(0x3a);
            body.write(0);
        }
        FrameDecoder decoder = new MessageDecoder(LIMITS, budget);

        assertThatThrownBy(() -> decoder.decode(frame(body.toByteString()), sink))
                .isInstanceOf(FrameTooLargeException.class)
                .hasMessageContaining("more than the limit of 16777216 bytes");
        decoder.close();
        assertThat(budget.bytes()).isZero();
    }

    @Test
    void shouldRefuseTheFirstBodyForWhichAllOthersLeaveNoRoom() {
        List<FrameDecoder> waiting = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            FrameDecoder decoder = new MessageDecoder(LIMITS, budget);
            decoder.decode(begin(4 * MIB, MIB), sink);
            waiting.add(decoder);
        }
        assertThat(budget.bytes()).isBetween(5L * MIB, BUDGET);
        FrameDecoder last = new MessageDecoder(LIMITS, budget);

        assertThatThrownBy(() -> last.decode(begin(4 * MIB, 2 * MIB), sink))
                .isInstanceOf(NoRoomException.class)
                .hasMessageMatching(
                        "no room for \\d+ more bytes: all that is being received has \\d+ of at most 12582912 bytes");
        // A small message needs no room.
        new MessageDecoder(LIMITS, budget)
                .decode(frame(Message.newBuilder().setTerm(1).build().toByteString()), sink);
        assertThat(sink.messages()).hasSize(1);

        last.close();
        waiting.forEach(FrameDecoder::close);
        assertThat(budget.bytes()).isZero();
    }

    @Test
    void shouldGiveBackTheRoomOfAMessageWhenTheSinkHasTakenIt() {
        FrameDecoder decoder = new MessageDecoder(LIMITS, budget);

        decoder.decode(frame(large()), sink);

        assertThat(sink.messages()).hasSize(1);
        assertThat(budget.bytes()).isZero();
    }

    @Test
    void shouldKeepTheRoomOfAMessageUntilTheSinkThatHeldItIsReadOn() {
        FrameDecoder decoder = new MessageDecoder(LIMITS, budget);
        ByteBuffer two = ByteBuffer.allocate(2 * (Long.BYTES + large().size()));
        two.put(frame(large())).put(frame(large())).flip();
        FrameDecoder.FrameSink holding = new FrameDecoder.FrameSink() {
            @Override
            public boolean message(Message message, int encodedBytes) {
                return false;
            }

            @Override
            public void linkHeartbeat() {
                throw new AssertionError("there is none");
            }
        };

        decoder.decode(two, holding);
        assertThat(two.hasRemaining()).isTrue();
        assertThat(budget.bytes()).isGreaterThanOrEqualTo(large().size() - MemoryBudget.FREE_BYTES);

        decoder.decode(two, sink);
        assertThat(sink.messages()).hasSize(1);
        assertThat(budget.bytes()).isZero();
    }

    @Test
    void shouldGiveBackTheRoomOfAMessageThatIsHeldWhenTheDecoderIsClosed() {
        FrameDecoder decoder = new MsgAppV2Decoder(2, 1, LIMITS, budget);
        ByteString body = large();
        ByteBuffer cut = ByteBuffer.allocate(1 + Long.BYTES + body.size() / 2);
        cut.put((byte) 2)
                .putLong(body.size())
                .put(body.substring(0, body.size() / 2).asReadOnlyByteBuffer());
        decoder.decode(cut.flip(), sink);
        assertThat(budget.bytes()).isPositive();

        decoder.close();

        assertThat(budget.bytes()).isZero();
    }

    private static ByteString large() {
        return Message.newBuilder()
                .setType(MessageType.MsgApp)
                .addEntries(Entry.newBuilder().setData(ByteString.copyFrom(new byte[MIB])))
                .build()
                .toByteString();
    }

    private static ByteBuffer frame(ByteString body) {
        ByteBuffer frame = ByteBuffer.allocate(Long.BYTES + body.size());
        return frame.putLong(body.size()).put(body.asReadOnlyByteBuffer()).flip();
    }

    /** The beginning of a frame of which no more comes. */
    private static ByteBuffer begin(int announced, int arrived) {
        return ByteBuffer.allocate(Long.BYTES + arrived).putLong(0, announced);
    }

    private static byte[] bytes(String hex) {
        return HexFormat.of().parseHex(hex);
    }
}
