package dev.rafthttp.server;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.UnsafeByteOperations;
import dev.rafthttp.FrameTooLargeException;
import dev.rafthttp.NoRoomException;
import dev.rafthttp.codec.DecodedSize;
import dev.rafthttp.codec.FrameLimits;
import dev.rafthttp.codec.MemoryBudget;
import dev.rafthttp.peer.Refusal;
import dev.rafthttp.raftpb.Message;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * The body of a {@code POST /raft/snapshot}: {@code u64 length, Message}, then the database. A user of this stream
 * reads the database.
 *
 * <p>Notes how far it was read, because a receiver may return before the end of the database. Used by one thread at a
 * time.
 */
final class SnapshotBody extends InputStream {
    /** What the array of a message starts with. */
    private static final int FIRST_BYTES = 64 << 10;

    private final InputStream in;
    private long bytes;
    private boolean atEnd;
    private volatile boolean over;

    SnapshotBody(InputStream in) {
        this.in = in;
    }

    /**
     * Reads the message. Call before the database is read.
     *
     * @param charge pays for the message, until it is closed
     */
    Message readMessage(int limit, MemoryBudget.Charge charge) throws RefusedException {
        try {
            byte[] prefix = readFully(Long.BYTES);
            long length = ByteBuffer.wrap(prefix).getLong();
            if (length < 0 || length > limit) {
                String detail = "a message of " + Long.toUnsignedString(length) + " bytes, above the limit of " + limit;
                throw noMessage(detail, "rafthttp: error limit exceeded", new IOException(detail));
            }
            ByteString encoded = UnsafeByteOperations.unsafeWrap(readGrowing((int) length, charge));
            charge.cover(DecodedSize.of(Message.getDescriptor(), encoded, 0, new FrameLimits(limit).maxDecodedBytes()));
            CodedInputStream coded = encoded.newCodedInput();
            coded.enableAliasing(true);
            return Message.parseFrom(coded);
        } catch (NoRoomException e) {
            throw new RefusedException(Refusal.SNAPSHOT_NO_ROOM, e.getMessage(), e);
        } catch (OutOfMemoryError e) {
            throw new RefusedException(
                    Refusal.SNAPSHOT_NO_ROOM,
                    "no room in the heap of " + Runtime.getRuntime().maxMemory() + " bytes: " + e.getMessage(),
                    e);
        } catch (FrameTooLargeException e) {
            throw noMessage(e.getMessage(), "rafthttp: error limit exceeded", new IOException(e));
        } catch (IOException e) {
            throw noMessage("its message cannot be read: " + e, String.valueOf(e.getMessage()), e);
        }
    }

    private static RefusedException noMessage(String detail, String why, IOException cause) {
        return new RefusedException(Refusal.SNAPSHOT_NO_MESSAGE, detail, why, cause);
    }

    private byte[] readFully(int length) throws IOException {
        byte[] read = readNBytes(length);
        if (read.length < length) {
            throw endsEarly();
        }
        return read;
    }

    /** The array grows with the bytes that arrive, not with the announced length. */
    private byte[] readGrowing(int length, MemoryBudget.Charge charge) throws IOException {
        byte[] read = {};
        int count = 0;
        while (count < length) {
            if (count == read.length) {
                int room = (int) Math.min(length, Math.max(FIRST_BYTES, 2L * count));
                // The bytes before are there twice while they are copied.
                charge.cover((long) room + count);
                read = Arrays.copyOf(read, room);
            }
            int more = read(read, count, read.length - count);
            if (more < 0) {
                throw endsEarly();
            }
            count += more;
        }
        return read;
    }

    private EOFException endsEarly() {
        // WIRE: Go's words.
        return new EOFException(bytes == 0 ? "EOF" : "unexpected EOF");
    }

    /**
     * Ends the reading. Later reads fail, because the container may reuse the stream below for another request.
     *
     * @throws IOException if the database was not read to its end
     */
    void finish() throws IOException {
        boolean whole = atEnd || read() < 0;
        over = true;
        if (!whole) {
            throw new IOException("the receiver did not read the database beyond byte " + bytes);
        }
    }

    /** How many bytes of the message and the database were read. */
    long bytes() {
        return bytes;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        if (over) {
            throw new IOException("the snapshot's request is over");
        }
        int read = in.read(target, offset, length);
        if (read < 0) {
            atEnd = true;
        } else {
            bytes += read;
        }
        return read;
    }
}
