package dev.rafthttp.server;

import dev.rafthttp.peer.Refusal;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/**
 * Gives one small answer to {@code GET}, and 405 to all other methods. {@code HttpServlet} itself would echo a
 * {@code TRACE}.
 */
final class GetServlet extends HttpServlet {
    private final transient Answer answer;

    /** Makes the answer. Any thread. */
    @FunctionalInterface
    interface Answer {
        /** Sets the headers, and returns the body. */
        String to(HttpServletResponse response);
    }

    GetServlet(Answer answer) {
        this.answer = answer;
    }

    @Override
    protected void service(HttpServletRequest request, HttpServletResponse response) throws IOException {
        if (!request.getMethod().equals("GET")) {
            response.setHeader("Allow", "GET");
            new RefusedException(Refusal.METHOD_NOT_ALLOWED, "this path only answers GET").answer(response);
            return;
        }
        byte[] body = answer.to(response).getBytes(StandardCharsets.UTF_8);
        response.setContentLength(body.length);
        response.getOutputStream().write(body);
    }
}
