package dev.rafthttp.server;

import dev.rafthttp.runtime.LogText;

/** A request is refused. The message is for this member's log; the sender gets the {@link #body}. */
final class RefusedException extends Exception {
    private final Refusal refusal;
    private final String body;

    RefusedException(Refusal refusal, String detail) {
        super(LogText.oneLine(detail));
        this.refusal = refusal;
        this.body = refusal.body();
    }

    RefusedException(Refusal refusal, String detail, Throwable cause) {
        super(LogText.oneLine(detail), cause);
        this.refusal = refusal;
        this.body = refusal.body();
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
        return refusal.body() + " (" + LogText.oneLine(why) + ")";
    }

    Refusal refusal() {
        return refusal;
    }

    /** The text for the sender, on one line. */
    String body() {
        return body;
    }
}
