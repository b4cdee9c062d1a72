package dev.rafthttp;

/** This member has been removed from the cluster, as a peer says (410 on a stream, 403 on a POST); it must stop. */
public final class RemovedMemberException extends RaftTransportException {

    public RemovedMemberException(String message) {
        super(message);
    }

    @Override
    public boolean isPermanent() {
        return true;
    }
}
