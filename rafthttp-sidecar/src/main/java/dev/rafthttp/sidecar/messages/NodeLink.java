package dev.rafthttp.sidecar.messages;

import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/** How received messages get to the node: it reads them, or they are posted to it. Any thread. */
public interface NodeLink extends AutoCloseable {
    /** Begins to deliver. */
    void start();

    /** Whether somebody takes messages, as far as is known. */
    boolean isAttached();

    /** What is to be known of it while {@link #isAttached} is false. */
    String expected();

    /** Whether everything that was taken from the inbox has reached the node. */
    boolean isIdle();

    /** Answers {@code GET /v1/messages}. */
    void read(Request request, Response response, Callback callback);

    @Override
    void close();
}
