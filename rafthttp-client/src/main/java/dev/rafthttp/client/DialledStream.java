package dev.rafthttp.client;

import dev.rafthttp.RaftTransportException;
import java.net.URI;

/** One stream that we dial, of either dialect, from dial to end. It ends exactly once, however it ends. */
interface DialledStream {
    /** Dials. Call once. */
    void open();

    /** Gives up a dial that has not been accepted by now. */
    void dialTimedOut(long timeoutMillis);

    /** Ends the stream and the connection under it. Any thread, any number of times. */
    void close(Throwable cause);

    /** Told once how the stream ended. */
    interface Listener {
        /** It had been accepted, and then ended. */
        void lost();

        /** It was never accepted. */
        void refused(URI url, RaftTransportException cause);
    }
}
