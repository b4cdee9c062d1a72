package dev.rafthttp;

/** This member's and the peer's versions cannot work together (412). */
public final class IncompatibleVersionException extends RaftTransportException {

    public IncompatibleVersionException(String message) {
        super(message);
    }

    @Override
    public boolean isPermanent() {
        return true;
    }
}
