package dev.rafthttp.peer;

import dev.rafthttp.StreamType;
import dev.rafthttp.inbound.InboundStream;
import dev.rafthttp.inbound.StreamReceiver;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** Who reads one stream, as a server or client does: keeps what the receiver leaves, and offers it again when told. One thread. */
final class TestReader implements InboundStream {
    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

    private final StreamReceiver receiver;
    private ByteBuffer left = NOTHING;
    private boolean reading;
    private boolean waiting;
    private boolean resumed;
    private @Nullable Throwable closeCause;
    private @Nullable Throwable failure;

    TestReader(PeerBench bench, StreamType type) {
        receiver = bench.accept(type, this);
    }

    StreamReceiver receiver() {
        return receiver;
    }

    /** More has arrived. */
    TestReader read(ByteBuffer arrived) {
        if (waiting) {
            throw new IllegalStateException("nothing is read while Raft has a message that it has not taken");
        }
        left = arrived;
        offer();
        return this;
    }

    private void offer() {
        reading = true;
        try {
            do {
                resumed = false;
                waiting = !receiver.receive(left);
            } while (waiting && resumed);
        } catch (RuntimeException | Error e) {
            waiting = false;
            failure = e;
        } finally {
            reading = false;
        }
    }

    @Override
    public void resume() {
        resumed = true;
        if (waiting && !reading) {
            offer();
        }
    }

    @Override
    public void close(Throwable cause) {
        closeCause = cause;
    }

    /** Whether it waits until it is told to go on. */
    boolean isWaiting() {
        return waiting;
    }

    /** Why the stream was closed; null if it was not. */
    @Nullable Throwable closeCause() {
        return closeCause;
    }

    /** What the receiver threw; null if it did not. */
    @Nullable Throwable failure() {
        return failure;
    }
}
