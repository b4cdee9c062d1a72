package dev.rafthttp.sidecar.relay;

import com.google.protobuf.ByteString;
import java.nio.ByteBuffer;
import java.util.function.Consumer;
import org.eclipse.jetty.io.Content;
import org.jspecify.annotations.Nullable;

/**
 * A snapshot's body on its way through, of which only the head is looked at: u64 length, Message. What follows, the database, is
 * neither kept nor copied. Called by one thread at a time.
 */
final class SnapshotHead implements Content.Source {
    private static final int INITIAL_BYTES = 256;

    private final Content.Source source;
    private final int maxBytes;
    private final Consumer<ByteString> found;
    private final Consumer<String> broken;

    private final ByteBuffer length = ByteBuffer.allocate(Long.BYTES);
    private final ByteString.Output message = ByteString.newOutput(INITIAL_BYTES);
    private boolean over;

    /**
     * @param maxBytes of a message that is looked at
     * @param found takes the message's bytes
     * @param broken takes what is wrong instead
     */
    SnapshotHead(Content.Source source, int maxBytes, Consumer<ByteString> found, Consumer<String> broken) {
        this.source = source;
        this.maxBytes = maxBytes;
        this.found = found;
        this.broken = broken;
    }

    @Override
    public Content.@Nullable Chunk read() {
        Content.Chunk chunk = source.read();
        if (chunk != null && !over && !Content.Chunk.isFailure(chunk)) {
            look(chunk.getByteBuffer().slice());
            if (!over && chunk.isLast()) {
                end("a body that ends within its head");
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
        byte[] bytes = new byte[Math.min(arrived.remaining(), (int) announced - message.size())];
        arrived.get(bytes);
        message.write(bytes, 0, bytes.length);
        if (message.size() == announced) {
            over = true;
            found.accept(message.toByteString());
        }
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
        source.fail(failure);
    }

    @Override
    public void fail(Throwable failure, boolean last) {
        source.fail(failure, last);
    }
}
