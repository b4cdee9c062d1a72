package dev.rafthttp.sidecar.messages;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Messages on their way into one answer, in the form the reader asked for. Belongs to the holder of its reader's token. Use:
 * add until it is full, take and write pieces until there is none, clear.
 */
interface MessageBatch extends NodeInbox.Batch {
    /** The next piece to write; null if there is no more. */
    @Nullable ByteBuffer next();

    /** Forgets what was added, when nothing of it is being written. */
    void clear();
}
