package dev.rafthttp.client;

import dev.rafthttp.RaftTransportException;
import java.net.URI;

/** One stream that this member dials, in either dialect, from the dial to the end. It ends exactly once. */
interface DialledStream {
    /** Dials. Call once. */
    void open();

    /** Gives the dial up, unless the peer has accepted it. */
    void dialTimedOut(long timeoutMillis);

    /** Closes the stream and its connection. Any thread, any number of times. */
    void close(Throwable cause);

    /** Learns how the stream ended. One of the methods is called, once. */
    interface Listener {
        /** The peer had accepted the stream, and then it ended. */
        void lost();

        /** The peer never accepted the stream. */
        void refused(URI url, RaftTransportException cause);
    }
}
