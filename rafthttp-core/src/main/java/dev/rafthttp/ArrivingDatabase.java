package dev.rafthttp;

import java.io.InputStream;

/**
 * A database that arrives over a network while a transport sends it on. The transport asks before each read whether it
 * would wait, so that no thread waits for the network.
 */
public abstract class ArrivingDatabase extends InputStream {
    /**
     * Says whether the next read returns, or throws, without waiting. Does not block, and does not throw. The one
     * thread that reads asks.
     *
     * @param arrived run once if the result is false, by any thread, as soon as it would be true. Does not block
     */
    public abstract boolean isReadable(Runnable arrived);
}
