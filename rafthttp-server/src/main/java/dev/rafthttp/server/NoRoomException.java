package dev.rafthttp.server;

import java.io.IOException;

/** The heap has no room for the content of a request. Only that request ends. */
final class NoRoomException extends IOException {
    NoRoomException(OutOfMemoryError cause) {
        super("no room in the heap of " + Runtime.getRuntime().maxMemory() + " bytes: " + cause.getMessage(), cause);
    }
}
