package dev.rafthttp.codec;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.rafthttp.CorruptFrameException;
import dev.rafthttp.raftpb.Message;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Decoders take memory for bytes that have arrived, not for bytes that are announced. */
class DecoderMemoryTest {
    /** Whatever the heap of the JVM that tests. */
    private static final FrameLimits LIMITS = new FrameLimits(512 << 20);

    private static final int ANNOUNCED = 500 << 20;
    private static final int FRAME_HEAD = Long.BYTES;

    /** The 64 KiB that a body is given at once, and room for classes that are loaded on the way. */
    private static final long LITTLE = 1 << 20;

    /** What announces 500 MiB, or as many entries as may be, in bytes of a message or msgappv2 stream. */
    private static final String BODY = HexFormat.of().toHexDigits((long) ANNOUNCED);

    private static final String ENTRIES =
            HexFormat.of().toHexDigits(LIMITS.maxDecodedBytes() / DecodedSize.ENTRY_BYTES);

    @Test
    void shouldAllocateLittleWhenMessageIsAnnouncedButHardlyArrives() {
        assertThat(allocatedBy(newMessageDecoder(), BODY + "2007")).isLessThan(LITTLE);
    }

    @ParameterizedTest
    @ValueSource(strings = {"02", "01" + "0000000000000001"})
    void shouldAllocateLittleWhenMsgAppOrEntryIsAnnouncedButHardlyArrives(String before) {
        assertThat(allocatedBy(newMsgAppV2Decoder(), before + BODY + "1007")).isLessThan(LITTLE);
    }

    @Test
    void shouldAllocateLittleWhenManyEntriesAreAnnouncedButHardlyArrive() {
        String entry = "0000000000000002" + "1007";
        assertThat(allocatedBy(newMsgAppV2Decoder(), "01" + ENTRIES + entry.repeat(3)))
                .isLessThan(LITTLE);
    }

    @ParameterizedTest
    @ValueSource(strings = {"22" + "ffffff7f", "22" + "80808001", "12" + "ffffffff07"})
    void shouldAllocateLittleWhenFieldOfABodyAnnouncesMoreThanTheBodyHas(String field) {
        String body = "0000000000000008" + field + "00".repeat(8 - field.length() / 2);
        FrameDecoder decoder = newMsgAppV2Decoder();
        long allocated = Allocation.of(() -> {
            try {
                decoder.decode(ByteBuffer.wrap(HexFormat.of().parseHex("02" + body)), new RecordingSink());
            } catch (CorruptFrameException e) {
                assertThat(e.offset()).isGreaterThan(8);
            }
        });
        assertThat(allocated).isLessThan(LITTLE);
    }

    /** Doubling allocates twice what has arrived for the last array, and as much again for all before it. */
    @Test
    void shouldAllocateInProportionWhenLargeMessageArrivesInPieces() {
        int arrived = 16 << 20;
        ByteBuffer piece = ByteBuffer.allocate(4 << 10);
        FrameDecoder decoder = newMessageDecoder();
        decoder.decode(ByteBuffer.wrap(HexFormat.of().parseHex(BODY)), new RecordingSink());

        long allocated = Allocation.of(() -> {
            RecordingSink sink = new RecordingSink();
            for (int fed = 0; fed < arrived; fed += piece.capacity()) {
                decoder.decode(piece.clear(), sink);
            }
        });

        assertThat(allocated).isBetween((long) arrived, 4L * arrived + LITTLE);
    }

    /** After the first, a body of the same size takes one array, which its message then lives in. */
    @Test
    void shouldAllocateABodyOnceWhenAsLargeAOneCameBefore() {
        ByteString data = ByteString.copyFrom(new byte[1 << 20]);
        Message message = Message.newBuilder().setContext(data).build();
        FrameBuffer buffer = new FrameBuffer();
        new MessageEncoder().encode(message, buffer);
        byte[] frame = Wire.drain(buffer).toByteArray();
        FrameDecoder decoder = newMessageDecoder();
        feedInPieces(decoder, frame);

        long allocated = Allocation.of(() -> feedInPieces(decoder, frame));

        assertThat(allocated).isBetween((long) data.size(), data.size() + LITTLE / 2);
    }

    @Test
    void shouldNotKeepMoreThanArrivedWhenLargeBodiesHaveBeenDelivered() throws Exception {
        // 64 MiB of heap for 100 streams, each in the middle of a body of 500 MiB, and one that carries 6 MiB over and
        // over.
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx64m",
                        "-cp",
                        System.getProperty("java.class.path"),
                        SmallHeap.class.getName())
                .redirectErrorStream(true)
                .start();
        String output = read(process);

        assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
        assertThat(output).contains("100 streams waiting, 50 messages of 6291456 bytes delivered");
        assertThat(process.exitValue()).isZero();
    }

    private static String read(Process process) throws IOException {
        try (var in = process.getInputStream()) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private static long allocatedBy(FrameDecoder decoder, String hex) {
        byte[] bytes = HexFormat.of().parseHex(hex);
        RecordingSink sink = new RecordingSink();
        long allocated = Allocation.of(() -> {
            for (int i = 0; i < bytes.length; i++) {
                decoder.decode(ByteBuffer.wrap(bytes, i, 1), sink);
            }
        });
        assertThat(decoder.isAtFrameBoundary()).isFalse();
        assertThat(sink.frames()).isEmpty();
        return allocated;
    }

    private static void feedInPieces(FrameDecoder decoder, byte[] frame) {
        RecordingSink sink = new RecordingSink();
        int pieceBytes = 32 << 10;
        for (int start = 0; start < frame.length; start += pieceBytes) {
            decoder.decode(ByteBuffer.wrap(frame, start, Math.min(pieceBytes, frame.length - start)), sink);
        }
        assertThat(sink.frames()).hasSize(1);
    }

    private static MessageDecoder newMessageDecoder() {
        return new MessageDecoder(LIMITS, MemoryBudget.unlimited());
    }

    private static MsgAppV2Decoder newMsgAppV2Decoder() {
        return new MsgAppV2Decoder(2, 1, LIMITS, MemoryBudget.unlimited());
    }

    /** What runs in a JVM whose heap holds what arrives and not much more. */
    static final class SmallHeap {
        private static final int STREAMS = 100;
        private static final int ARRIVED_BYTES = 100 << 10;
        private static final int MESSAGE_BYTES = 6 << 20;
        private static final int MESSAGES = 50;

        public static void main(String[] args) {
            List<FrameDecoder> waiting = new ArrayList<>();
            RecordingSink sink = new RecordingSink();
            for (int i = 0; i < STREAMS; i++) {
                FrameDecoder decoder = newMessageDecoder();
                ByteBuffer head =
                        ByteBuffer.allocate(FRAME_HEAD + ARRIVED_BYTES).putLong(0, ANNOUNCED);
                decoder.decode(head, sink);
                waiting.add(decoder);
            }
            FrameDecoder decoder = newMessageDecoder();
            byte[] piece = new byte[32 << 10];
            int delivered = 0;
            for (int i = 0; i < MESSAGES; i++) {
                decoder.decode(ByteBuffer.allocate(FRAME_HEAD).putLong(0, MESSAGE_BYTES), sink);
                // One unknown field: key, length, and zeros to the end.
                decoder.decode(ByteBuffer.wrap(HexFormat.of().parseHex("7a" + "fbffff02")), sink);
                for (int left = MESSAGE_BYTES - 5; left > 0; left -= piece.length) {
                    decoder.decode(ByteBuffer.wrap(piece, 0, Math.min(piece.length, left)), sink);
                }
                delivered += sink.messages().size();
                sink.frames().clear();
            }
            System.out.printf(
                    "%d streams waiting, %d messages of %d bytes delivered%n",
                    waiting.size(), delivered, MESSAGE_BYTES);
        }
    }
}
