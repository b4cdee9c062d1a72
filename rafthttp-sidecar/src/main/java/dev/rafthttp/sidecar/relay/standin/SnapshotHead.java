package dev.rafthttp.sidecar.relay.standin;

import com.google.protobuf.ByteString;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.eclipse.jetty.io.Content;
import org.jspecify.annotations.Nullable;

/**
 * A snapshot's body on its way through, of which only the head is looked at: u64 length, Message. What follows, the database, is
 * neither kept nor copied. A body whose message is refused fails before the message is whole on the other side; the rest of it is
 * left to be read from the source. Called by one thread at a time.
 */
final class SnapshotHead implements Content.Source {
    private static final int INITIAL_BYTES = 256;

    private final Content.Source source;
    private final int maxBytes;
    private final Predicate<ByteString> found;
    private final Consumer<String> broken;

    private final ByteBuffer length = ByteBuffer.allocate(Long.BYTES);
    private ByteString.Output message = ByteString.newOutput(INITIAL_BYTES);
    private boolean over;
    private boolean refused;

    /** The message may not go where it was sent to. */
    static final class RefusedException extends IOException {
        private static final long serialVersionUID = 1;

        private RefusedException() {
            super("the snapshot's message is refused");
        }
    }

    /**
     * @param maxBytes of a message that is looked at
     * @param found takes the message's bytes, and says whether the message may pass
     * @param broken takes what is wrong instead
     */
    SnapshotHead(Content.Source source, int maxBytes, Predicate<ByteString> found, Consumer<String> broken) {
        this.source = source;
        this.maxBytes = maxBytes;
        this.found = found;
        this.broken = broken;
    }

    @Override
    public Content.@Nullable Chunk read() {
        if (refused) {
            return Content.Chunk.from(new RefusedException());
        }
        Content.Chunk chunk = source.read();
        if (chunk != null && !over && !Content.Chunk.isFailure(chunk)) {
            look(chunk.getByteBuffer().slice());
            if (!over && chunk.isLast()) {
                end("a body that ends within its head");
            }
            if (refused) {
                chunk.release();
                return Content.Chunk.from(new RefusedException());
            }
        }
        return chunk;
    }

    private void look(ByteBuffer arrived) {
        while (length.hasRemaining() && arrived.hasRemaining()) {
            length.put(arrived.get());
        }
        if (length.hasRemaining()) {
            return;
        }
        long announced = length.getLong(0);
        if (Long.compareUnsigned(announced, maxBytes) > 0) {
            end("a message of " + Long.toUnsignedString(announced) + " bytes, above the limit of " + maxBytes);
            return;
        }
        try {
            byte[] bytes = new byte[Math.min(arrived.remaining(), (int) announced - message.size())];
            arrived.get(bytes);
            message.write(bytes, 0, bytes.length);
        } catch (OutOfMemoryError e) {
            noRoom(announced);
            return;
        }
        if (message.size() == announced) {
            over = true;
            refused = !passes(announced);
        }
    }

    private boolean passes(long bytes) {
        try {
            return found.test(message.toByteString());
        } catch (OutOfMemoryError e) {
            noRoom(bytes);
            return true;
        } finally {
            message = ByteString.newOutput(0);
        }
    }

    /** The snapshot goes on: it is only not looked at. */
    private void noRoom(long bytes) {
        message = ByteString.newOutput(0);
        end("a message of " + bytes + " bytes, for which the heap of "
                + Runtime.getRuntime().maxMemory() + " bytes has no room");
    }

    private void end(String reason) {
        over = true;
        broken.accept(reason);
    }

    @Override
    public long getLength() {
        return source.getLength();
    }

    @Override
    public void demand(Runnable demandCallback) {
        source.demand(demandCallback);
    }

    @Override
    public void fail(Throwable failure) {
        if (!refused) {
            source.fail(failure);
        }
    }

    @Override
    public void fail(Throwable failure, boolean last) {
        if (!refused) {
            source.fail(failure, last);
        }
    }
}
