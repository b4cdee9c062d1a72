package dev.rafthttp.sidecarclient;

/** The sidecar is another member's than this node: nothing may be sent through it. */
public final class WrongSidecarException extends Exception {

    WrongSidecarException(String message) {
        super(message);
    }
}
