package dev.rafthttp.peer;

import dev.rafthttp.codec.FrameDecoder;
import dev.rafthttp.raftpb.Message;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Records what a stream writes, and completes each write as the script says: at once, when told, or with a failure.
 *
 * <p>It reads a piece when it completes the write, not before: a writer that touches a piece too early shows. It fails a test
 * that writes while a write is under way. Any thread.
 */
public final class ScriptedSink implements StreamSink {
    // Guarded by this.
    private final ByteArrayOutputStream written = new ByteArrayOutputStream();
    private final List<Integer> writes = new ArrayList<>();
    private Mode mode = Mode.AT_ONCE;
    private Runnable onClose = () -> {};
    private @Nullable ByteBuffer piece;
    private @Nullable WriteCompletion completion;
    private @Nullable Throwable closeCause;
    private int closeCalls;

    private enum Mode {
        AT_ONCE,
        WHEN_TOLD,
        FAIL
    }

    /** What a decoder made of the bytes that were written. */
    public record Frames(List<Message> messages, int linkHeartbeats) {}

    /** Writes succeed before they return, from now on. */
    public synchronized ScriptedSink completeAtOnce() {
        mode = Mode.AT_ONCE;
        return this;
    }

    /** Writes go on until {@link #succeed} or {@link #fail}, from now on. */
    public synchronized ScriptedSink completeWhenTold() {
        mode = Mode.WHEN_TOLD;
        return this;
    }

    /** Writes fail before they return, from now on. */
    public synchronized ScriptedSink failAtOnce() {
        mode = Mode.FAIL;
        return this;
    }

    /** Runs an action within the first {@link #close}, on the closing thread. */
    public synchronized ScriptedSink onClose(Runnable action) {
        onClose = action;
        return this;
    }

    @Override
    public void write(ByteBuffer bytes, WriteCompletion whenDone) {
        Throwable failure;
        synchronized (this) {
            if (completion != null) {
                throw new AssertionError("a write of " + bytes.remaining() + " bytes while another is under way");
            }
            failure = closeCause != null ? closeCause : mode == Mode.FAIL ? new IOException("broken pipe") : null;
            if (failure == null) {
                writes.add(bytes.remaining());
                piece = bytes;
                completion = whenDone;
                if (mode == Mode.WHEN_TOLD) {
                    return;
                }
            }
        }
        if (failure != null) {
            whenDone.failed(failure);
        } else {
            succeed();
        }
    }

    /** Completes the write under way. */
    public void succeed() {
        take(true).succeeded();
    }

    /** Fails the write under way. */
    public void fail(Throwable cause) {
        take(false).failed(cause);
    }

    private synchronized WriteCompletion take(boolean record) {
        ByteBuffer bytes = piece;
        WriteCompletion taken = completion;
        if (bytes == null || taken == null) {
            throw new AssertionError("no write is under way");
        }
        piece = null;
        completion = null;
        if (record) {
            byte[] copy = new byte[bytes.remaining()];
            bytes.get(copy);
            written.writeBytes(copy);
        }
        return taken;
    }

    @Override
    public void close(Throwable cause) {
        boolean first;
        Runnable action;
        synchronized (this) {
            closeCalls++;
            first = closeCause == null;
            if (first) {
                closeCause = cause;
            }
            action = onClose;
        }
        if (first) {
            action.run();
            if (isWriting()) {
                fail(cause);
            }
        }
    }

    /** Whether a write is under way. */
    public synchronized boolean isWriting() {
        return completion != null;
    }

    /** The sizes of the writes that were begun, in bytes. */
    public synchronized List<Integer> writes() {
        return List.copyOf(writes);
    }

    /** Why the sink was closed; null if it was not. */
    public synchronized @Nullable Throwable closeCause() {
        return closeCause;
    }

    /** How often it was closed. */
    public synchronized int closeCalls() {
        return closeCalls;
    }

    /** The bytes whose writes succeeded. */
    public synchronized byte[] bytes() {
        return written.toByteArray();
    }

    /** What the successful writes carried. */
    public Frames decodedBy(FrameDecoder decoder) {
        List<Message> messages = new ArrayList<>();
        int[] linkHeartbeats = {0};
        decoder.decode(ByteBuffer.wrap(bytes()), new FrameDecoder.FrameSink() {
            @Override
            public void message(Message message, int encodedBytes) {
                messages.add(message);
            }

            @Override
            public void linkHeartbeat() {
                linkHeartbeats[0]++;
            }
        });
        return new Frames(messages, linkHeartbeats[0]);
    }
}
