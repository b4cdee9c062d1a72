package dev.rafthttp.bench;

import dev.rafthttp.codec.FrameBuffer;
import dev.rafthttp.codec.FrameDecoder;
import dev.rafthttp.codec.FrameLimits;
import dev.rafthttp.codec.MemoryBudget;
import dev.rafthttp.codec.MsgAppV2Decoder;
import dev.rafthttp.codec.MsgAppV2Encoder;
import dev.rafthttp.raftpb.Message;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/**
 * The msgappv2 codec in the steady state, on AppEntries frames; an operation is one message. The encoder's batches are
 * dropped rather than written, and the decoder's input comes in pieces as large as a transport's reads.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class CodecBenchmark {
    static final int MESSAGES = 64;
    private static final int READ_BYTES = 64 << 10;

    /** Frames above this in all are decoded again and again. */
    private static final int INPUT_BYTES = 16 << 20;

    /** Entries a message. */
    @Param({"1", "64"})
    public int entries;

    /** Bytes of data an entry. */
    @Param({"128", "4096", "1048576"})
    public int size;

    private final List<Message> messages = new ArrayList<>();
    private final FrameBuffer batch = new FrameBuffer();
    private final Count count = new Count();
    private MsgAppV2Encoder encoder = encoder();
    private MsgAppV2Decoder decoder = decoder();
    private final MessageRebuilder rebuilder = new MessageRebuilder();
    private Message last = Message.getDefaultInstance();
    private byte[] input = {};
    private int repeats;

    private static MsgAppV2Encoder encoder() {
        return new MsgAppV2Encoder(Link.SENDER.value(), Link.RECEIVER.value(), FrameLimits.DEFAULT);
    }

    private static MsgAppV2Decoder decoder() {
        return new MsgAppV2Decoder(
                Link.RECEIVER.value(), Link.SENDER.value(), FrameLimits.DEFAULT, MemoryBudget.unlimited());
    }

    /** Makes the messages, whose entries share their data, and the decoder's input. */
    @Setup
    public void prepare() {
        Message first = new MsgApps(Link.RECEIVER, entries, size).next(0);
        // Puts the stream where the first of the others continues it.
        messages.add(first.toBuilder().clearEntries().build());
        for (int i = 0; i < MESSAGES; i++) {
            long index = (long) i * entries;
            Message.Builder next =
                    first.toBuilder().setIndex(index).setCommit(index).clearEntries();
            for (int k = 0; k < entries; k++) {
                next.addEntries(first.getEntries(k).toBuilder().setIndex(index + k + 1));
            }
            messages.add(next.build());
        }
        long frameBytes = (long) entries * size;
        int frames = (int) Math.max(1, Math.min(MESSAGES, INPUT_BYTES / frameBytes));
        frames = Integer.highestOneBit(frames);
        repeats = MESSAGES / frames;
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        encoder.encode(messages.get(0), batch);
        decoder.decode(ByteBuffer.wrap(taken()), count);
        for (int i = 1; i <= frames; i++) {
            encoder.encode(messages.get(i), batch);
            bytes.writeBytes(taken());
        }
        input = bytes.toByteArray();
    }

    private byte[] taken() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        for (ByteBuffer piece = batch.next(); piece != null; piece = batch.next()) {
            byte[] copy = new byte[piece.remaining()];
            piece.get(copy);
            bytes.writeBytes(copy);
        }
        batch.clear();
        return bytes.toByteArray();
    }

    /** Encodes into batches, as the transport does. */
    @Benchmark
    @OperationsPerInvocation(MESSAGES)
    public long encode() {
        long written = 0;
        for (int i = 0; i <= MESSAGES; i++) {
            encoder.encode(messages.get(i), batch);
            if (batch.isFull()) {
                written += drop();
            }
        }
        // As the transport, which clears what it has written: an empty batch would be taken for a small one.
        return batch.size() > 0 ? written + drop() : written;
    }

    private long drop() {
        long bytes = 0;
        for (ByteBuffer piece = batch.next(); piece != null; piece = batch.next()) {
            bytes += piece.remaining();
        }
        batch.clear();
        return bytes;
    }

    /** Decodes from reads, as the transport does. */
    @Benchmark
    @OperationsPerInvocation(MESSAGES)
    public long decode() {
        for (int i = 0; i < repeats; i++) {
            for (int from = 0; from < input.length; from += READ_BYTES) {
                decoder.decode(ByteBuffer.wrap(input, from, Math.min(READ_BYTES, input.length - from)), count);
            }
        }
        return count.messages;
    }

    /** Makes a message and all that it consists of anew, and nothing else: what decoding one cannot do without. */
    @Benchmark
    @OperationsPerInvocation(MESSAGES)
    public Message rebuild() {
        for (int i = 1; i <= MESSAGES; i++) {
            last = rebuilder.rebuild(messages.get(i));
        }
        return last;
    }

    private static final class Count implements FrameDecoder.FrameSink {
        private long messages;

        @Override
        public boolean message(Message message, int encodedBytes) {
            messages++;
            return true;
        }

        @Override
        public void linkHeartbeat() {
            throw new IllegalStateException("a link heartbeat where none was encoded");
        }
    }
}
