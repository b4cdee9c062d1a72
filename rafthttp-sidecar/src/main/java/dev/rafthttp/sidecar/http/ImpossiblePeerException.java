package dev.rafthttp.sidecar.http;

/** This member itself is no peer of its own, and one that has been removed cannot be a peer again. */
public final class ImpossiblePeerException extends IllegalArgumentException {
    public ImpossiblePeerException(String message) {
        super(message);
    }
}
