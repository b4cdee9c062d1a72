package dev.rafthttp.server;

import java.util.regex.Pattern;

/** A request is turned away. The message is for our log; the sender is told the {@link #body}. */
final class RefusedException extends Exception {
    private static final Pattern CONTROLS = Pattern.compile("\\p{Cntrl}+");

    private final Refusal refusal;
    private final String body;

    RefusedException(Refusal refusal, String detail) {
        super(detail);
        this.refusal = refusal;
        this.body = refusal.body();
    }

    RefusedException(Refusal refusal, String detail, Throwable cause) {
        super(detail, cause);
        this.refusal = refusal;
        this.body = refusal.body();
    }

    /** @param why goes to the sender too, in parentheses, on one line */
    RefusedException(Refusal refusal, String detail, String why, Throwable cause) {
        super(detail, cause);
        this.refusal = refusal;
        this.body = refusal.body() + " (" + CONTROLS.matcher(why).replaceAll(" ") + ")";
    }

    Refusal refusal() {
        return refusal;
    }

    /** What the sender is told, in one line. */
    String body() {
        return body;
    }
}
