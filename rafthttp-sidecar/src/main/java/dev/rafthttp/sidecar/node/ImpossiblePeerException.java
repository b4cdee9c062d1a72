package dev.rafthttp.sidecar.node;

/** This member itself is no peer of its own, and one that has been removed cannot be a peer again. */
final class ImpossiblePeerException extends IllegalArgumentException {
    ImpossiblePeerException(String message) {
        super(message);
    }
}
