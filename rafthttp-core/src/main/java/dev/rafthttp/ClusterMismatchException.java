package dev.rafthttp;

/** The peer belongs to another cluster, or is another member than the one addressed (412). */
public final class ClusterMismatchException extends RaftTransportException {

    public ClusterMismatchException(String message) {
        super(message);
    }

    @Override
    public boolean isPermanent() {
        return true;
    }
}
