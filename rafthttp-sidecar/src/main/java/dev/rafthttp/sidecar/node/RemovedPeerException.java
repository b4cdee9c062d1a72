package dev.rafthttp.sidecar.node;

/** A member that has been removed cannot be a peer again. */
final class RemovedPeerException extends IllegalArgumentException {
    RemovedPeerException(String message) {
        super(message);
    }
}
