package dev.rafthttp.server;

import dev.rafthttp.runtime.LogText;

/** A request is turned away. The message is for our log; the sender is told the {@link #body}. */
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

    /** @param why goes to the sender too, in parentheses, on one line */
    RefusedException(Refusal refusal, String detail, String why) {
        super(LogText.oneLine(detail));
        this.refusal = refusal;
        this.body = bodyOf(refusal, why);
    }

    /** @param why goes to the sender too, in parentheses, on one line */
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

    /** What the sender is told, in one line. */
    String body() {
        return body;
    }
}
