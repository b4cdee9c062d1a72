package dev.rafthttp.server;

import java.io.IOException;

/** The heap has no room for what a request brings. Only that request ends. */
final class NoRoomException extends IOException {
    NoRoomException(OutOfMemoryError cause) {
        super("no room in the heap of " + Runtime.getRuntime().maxMemory() + " bytes: " + cause.getMessage(), cause);
    }
}
