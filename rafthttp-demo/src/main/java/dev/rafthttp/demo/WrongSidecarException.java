package dev.rafthttp.demo;

/** The sidecar is another member's than this node: nothing may be sent through it. */
final class WrongSidecarException extends Exception {

    WrongSidecarException(String message) {
        super(message);
    }
}
