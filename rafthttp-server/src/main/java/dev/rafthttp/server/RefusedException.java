package dev.rafthttp.server;

/** A request is turned away. The message is for our log; the sender is told the {@link Refusal}. */
final class RefusedException extends Exception {
    private final Refusal refusal;

    RefusedException(Refusal refusal, String detail) {
        super(detail);
        this.refusal = refusal;
    }

    RefusedException(Refusal refusal, String detail, Throwable cause) {
        super(detail, cause);
        this.refusal = refusal;
    }

    Refusal refusal() {
        return refusal;
    }
}
