package dev.rafthttp.sidecarclient;

/** The sidecar belongs to another member than this node, so nothing may be sent through it. */
public final class WrongSidecarException extends Exception {

    WrongSidecarException(String message) {
        super(message);
    }
}
