package dev.rafthttp.sidecar.decode;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.rafthttp.codec.FrameLimits;
import dev.rafthttp.codec.MemoryBudget;
import dev.rafthttp.codec.MessageDecoder;
import dev.rafthttp.raftpb.Entry;
import dev.rafthttp.raftpb.Message;
import dev.rafthttp.raftpb.MessageType;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

/** Captures larger than the heap, which the build limits to 1 GiB. */
class CaptureReaderTest {
    private static final long HEAP_BYTES = Runtime.getRuntime().maxMemory();

    private final Counter counter = new Counter();

    @Test
    void shouldHoldOneFrameWhenTheStreamIsLargerThanTheHeap() throws IOException {
        byte[] frame = frame(Message.newBuilder()
                .setType(MessageType.MsgApp)
                .addEntries(Entry.newBuilder().setData(ByteString.copyFrom(new byte[1 << 20])))
                .build());
        long frames = HEAP_BYTES / frame.length + 2;

        read(new Repeated(frame, frames * frame.length)).readFrames();

        assertThat(counter.messages).isEqualTo(frames);
        assertThat(counter.messageBytes).isEqualTo(frames * frame.length);
    }

    @Test
    void shouldCountTheDatabaseWhenItIsLargerThanTheHeap() throws IOException {
        byte[] head = frame(Message.newBuilder().setType(MessageType.MsgSnap).build());
        long database = HEAP_BYTES + 1;

        read(new Repeated(head, head.length + database)).readSnapshot();

        assertThat(counter.messages).isEqualTo(1);
        assertThat(counter.databaseBytes).isEqualTo(database);
    }

    @Test
    void shouldStopWhenNobodyReads() throws IOException {
        byte[] frame = frame(Message.getDefaultInstance());
        counter.read = false;
        Repeated large = new Repeated(frame, frame.length << 20);

        read(large).readFrames();

        assertThat(large.left).isPositive();
    }

    private CaptureReader read(InputStream in) {
        return new CaptureReader(in, new MessageDecoder(FrameLimits.DEFAULT, MemoryBudget.unlimited()), counter);
    }

    private static byte[] frame(Message message) {
        int size = message.getSerializedSize();
        return ByteBuffer.allocate(Long.BYTES + size)
                .putLong(size)
                .put(message.toByteArray())
                .array();
    }

    /** The same bytes over and over, up to a length. */
    private static final class Repeated extends InputStream {
        private final byte[] bytes;
        private long left;
        private int at;

        Repeated(byte[] bytes, long length) {
            this.bytes = bytes;
            this.left = length;
        }

        @Override
        public int read() {
            throw new UnsupportedOperationException("a capture is read in pieces");
        }

        @Override
        public int read(byte[] into, int offset, int length) {
            if (left == 0) {
                return -1;
            }
            int count = (int) Math.min(left, Math.min(length, bytes.length - at));
            System.arraycopy(bytes, at, into, offset, count);
            at = (at + count) % bytes.length;
            left -= count;
            return count;
        }
    }

    /** Adds up what it is told. */
    private static final class Counter implements CaptureReader.Printer {
        private long messages;
        private long messageBytes;
        private long databaseBytes;
        private boolean read = true;

        @Override
        public void message(long offset, Message message, long bytes) {
            messages++;
            messageBytes += bytes;
        }

        @Override
        public void linkHeartbeat(long offset, long bytes) {
            throw new AssertionError("there is none, but one was found at offset " + offset);
        }

        @Override
        public void database(long offset, long bytes) {
            databaseBytes = bytes;
        }

        @Override
        public boolean isRead() {
            return read;
        }
    }
}
