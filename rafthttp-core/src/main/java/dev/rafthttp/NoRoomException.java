package dev.rafthttp;

/**
 * What is being received takes all the memory that it may, so that there is none left for more. The stream or post that wanted more
 * ends; it may succeed later.
 */
public final class NoRoomException extends RaftTransportException {

    public NoRoomException(String message) {
        super(message);
    }

    /** The heap had no room, whatever the limits. */
    public NoRoomException(String message, OutOfMemoryError cause) {
        super(message, cause);
    }
}
