package dev.rafthttp.server;

import dev.rafthttp.peer.Scheduler;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/** {@code GET /raft/probing}: says that this member lives, and what time it has; the {@code probing} library's handler. */
final class ProbingServlet extends HttpServlet {
    private final transient Scheduler clock;

    ProbingServlet(Scheduler clock) {
        this.clock = clock;
    }

    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response) throws IOException {
        // WIRE: an Instant prints as RFC 3339, in UTC, which is what Go's time.Time is read from.
        byte[] health = ("{\"OK\":true,\"Now\":\"" + clock.now() + "\"}\n").getBytes(StandardCharsets.US_ASCII);
        response.setContentType("application/json");
        response.setContentLength(health.length);
        response.getOutputStream().write(health);
    }
}
