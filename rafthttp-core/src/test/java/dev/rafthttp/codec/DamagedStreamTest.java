package dev.rafthttp.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import com.google.protobuf.ByteString;
import dev.rafthttp.CorruptFrameException;
import dev.rafthttp.FrameTooLargeException;
import dev.rafthttp.codec.RecordingSink.Frame;
import dev.rafthttp.fixture.RandomMessages;
import dev.rafthttp.fixture.RandomReplication;
import dev.rafthttp.fixture.Seed;
import dev.rafthttp.raftpb.Message;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/**
 * Damages streams in every way: what comes out is a documented error or messages, and those before the damage are right.
 *
 * <p>A frame has no checksum, so damage may well give another valid frame. The transport below is there to prevent that.
 */
class DamagedStreamTest {
    private static final int STREAMS = 100;
    private static final int DAMAGES = 200;
    private static final int MESSAGES = 20;
    private static final long LEADER = 0x8e9e05c52164694dL;
    private static final long FOLLOWER = 3;
    private static final FrameLimits LIMITS = new FrameLimits(4 << 20);

    private int failed;
    private int survived;

    @Test
    void shouldFailAsDocumentedOrDeliverWhenMessageStreamIsDamaged() {
        for (int i = 0; i < STREAMS; i++) {
            long seed = Seed.or(i);
            RandomMessages messages = new RandomMessages(seed);
            damage(
                    seed,
                    messages::next,
                    new MessageEncoder(),
                    () -> new MessageDecoder(LIMITS, MemoryBudget.unlimited()));
        }
        assertBothOutcomesOccurred();
    }

    @Test
    void shouldFailAsDocumentedOrDeliverWhenMsgAppV2StreamIsDamaged() {
        for (int i = 0; i < STREAMS; i++) {
            long seed = Seed.or(i);
            RandomReplication messages = new RandomReplication(seed, LEADER, FOLLOWER);
            damage(
                    seed,
                    messages::next,
                    new MsgAppV2Encoder(LEADER, FOLLOWER, FrameLimits.DEFAULT),
                    () -> new MsgAppV2Decoder(FOLLOWER, LEADER, LIMITS, MemoryBudget.unlimited()));
        }
        assertBothOutcomesOccurred();
    }

    private void assertBothOutcomesOccurred() {
        assertThat(failed).isGreaterThan(STREAMS * DAMAGES / 20);
        assertThat(survived).isGreaterThan(STREAMS * DAMAGES / 20);
    }

    private void damage(
            long seed, Supplier<Message> messages, FrameEncoder encoder, Supplier<FrameDecoder> newDecoder) {
        FrameBuffer buffer = new FrameBuffer();
        ByteString stream = ByteString.EMPTY;
        List<Integer> ends = new ArrayList<>();
        for (int i = 0; i < MESSAGES; i++) {
            encoder.encode(messages.get(), buffer);
            stream = stream.concat(Wire.drain(buffer));
            ends.add(stream.size());
        }
        byte[] bytes = stream.toByteArray();
        if (bytes.length > 64 << 10) {
            return; // Large data says nothing new here, and would take the time of many small streams.
        }
        RecordingSink whole = new RecordingSink();
        newDecoder.get().decode(stream.asReadOnlyByteBuffer(), whole);

        SplittableRandom random = new SplittableRandom(seed);
        SlicedInput network = new SlicedInput(seed);
        for (int i = 0; i < DAMAGES; i++) {
            byte[] damaged = bytes.clone();
            int first = damage(damaged, random);
            int wholeFrames = (int) ends.stream().filter(end -> end <= first).count();
            int frameStart = wholeFrames == 0 ? 0 : ends.get(wholeFrames - 1);
            RecordingSink sink = new RecordingSink();
            decode(ByteString.copyFrom(damaged), newDecoder.get(), network, sink, frameStart, seed);
            List<Frame> before = whole.frames().subList(0, wholeFrames);
            if (sink.frames().size() < wholeFrames
                    || !sink.frames().subList(0, wholeFrames).equals(before)) {
                fail("%s: damage at %d changed a frame before it", Seed.howToRepeat(seed), first);
            }
        }
    }

    private void decode(
            ByteString damaged,
            FrameDecoder decoder,
            SlicedInput network,
            RecordingSink sink,
            int frameStart,
            long seed) {
        try {
            network.feed(damaged, decoder, sink);
            survived++;
        } catch (CorruptFrameException e) {
            failed++;
            if (e.offset() < frameStart || e.offset() > damaged.size()) {
                fail(
                        "%s: offset %d of %d, damaged frame at %d",
                        Seed.howToRepeat(seed), e.offset(), damaged.size(), frameStart);
            }
        } catch (FrameTooLargeException e) {
            failed++;
        } catch (RuntimeException e) {
            throw new AssertionError(Seed.howToRepeat(seed), e);
        }
    }

    /** Does one kind of damage; returns where its first byte is. */
    private static int damage(byte[] bytes, SplittableRandom random) {
        int at = random.nextInt(bytes.length);
        switch (random.nextInt(4)) {
            case 0 -> bytes[at] ^= (byte) (1 << random.nextInt(Byte.SIZE));
            case 1 -> bytes[at] = (byte) random.nextInt();
            case 2 -> {
                // A run of bytes goes missing, and what follows moves up.
                int length = Math.min(1 + random.nextInt(20), bytes.length - at);
                System.arraycopy(bytes, at + length, bytes, at, bytes.length - at - length);
            }
            default -> {
                for (int i = at; i < Math.min(at + 8, bytes.length); i++) {
                    bytes[i] = (byte) (random.nextBoolean() ? 0xFF : 0x80);
                }
            }
        }
        return at;
    }
}
