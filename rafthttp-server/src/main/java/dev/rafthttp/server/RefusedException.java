package dev.rafthttp.server;

import dev.rafthttp.peer.Refusal;
import dev.rafthttp.runtime.LogText;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/** A request is refused. The message is for this member's log; the sender gets the {@link #body}. */
final class RefusedException extends Exception {
    private final Refusal refusal;
    private final String body;

    RefusedException(Refusal refusal, String detail) {
        super(LogText.oneLine(detail));
        this.refusal = refusal;
        this.body = refusal.words();
    }

    RefusedException(Refusal refusal, String detail, Throwable cause) {
        super(LogText.oneLine(detail), cause);
        this.refusal = refusal;
        this.body = refusal.words();
    }

    /** @param why is sent too, in parentheses, on one line */
    RefusedException(Refusal refusal, String detail, String why) {
        super(LogText.oneLine(detail));
        this.refusal = refusal;
        this.body = bodyOf(refusal, why);
    }

    /** @param why is sent too, in parentheses, on one line */
    RefusedException(Refusal refusal, String detail, String why, Throwable cause) {
        super(LogText.oneLine(detail), cause);
        this.refusal = refusal;
        this.body = bodyOf(refusal, why);
    }

    private static String bodyOf(Refusal refusal, String why) {
        return refusal.words() + " (" + LogText.oneLine(why) + ")";
    }

    Refusal refusal() {
        return refusal;
    }

    /** The text for the sender, on one line. */
    String body() {
        return body;
    }

    /** Answers in the form of Go's {@code http.Error}: one line of plain text, which browsers do not interpret. */
    void answer(HttpServletResponse response) throws IOException {
        byte[] line = (body + "\n").getBytes(StandardCharsets.UTF_8);
        response.setStatus(refusal.status());
        response.setContentType("text/plain;charset=utf-8");
        response.setHeader("X-Content-Type-Options", "nosniff");
        response.setContentLength(line.length);
        response.getOutputStream().write(line);
    }
}
