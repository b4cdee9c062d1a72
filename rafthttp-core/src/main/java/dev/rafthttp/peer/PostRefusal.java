package dev.rafthttp.peer;

import dev.rafthttp.DropReason;
import dev.rafthttp.Protocol;
import dev.rafthttp.inbound.MessageRules;

/**
 * What is answered to a message that was posted and may not be handed on, by status and words, whoever stands where it came to: a
 * member, or a relay in a member's place.
 *
 * <p>WIRE: 403 on a post says that its sender has been removed, and etcd then stops. So nothing that {@link MessageRules} object to
 * is answered with it, not even where a removed member is the {@code from} of what another member forwards. etcd itself answers
 * 500 to a foreign {@code to}, and cuts the connection. To the sender all of these are failed posts, and the connection is kept.
 */
public enum PostRefusal {
    TO_FIELD_MISMATCH(412, Protocol.TO_FIELD_MISMATCH),
    INVALID_FROM(404, Protocol.INVALID_FROM),
    NO_MESSAGE(400, "error unmarshalling raft message"),
    WRONG_TYPE(400, "wrong raft message type"),
    TOO_LARGE(413, "raft message too large"),
    NO_ROOM(503, "no memory for the raft message"),
    // WIRE: etcd never encodes a body, and takes an encoded one for what it is not.
    BODY_ENCODED(415, "Unsupported Media Type"),
    // WIRE: the one 403.
    REMOVED_MEMBER(403, Protocol.POST_FROM_REMOVED_MEMBER);

    private final int status;
    private final String words;

    PostRefusal(int status, String words) {
        this.status = status;
        this.words = words;
    }

    /** What is answered to a message that the rules refuse. */
    public static PostRefusal of(DropReason broken) {
        return switch (broken) {
            case TO_MISMATCH -> TO_FIELD_MISMATCH;
            case FROM_MISMATCH, FROM_REMOVED -> INVALID_FROM;
            case EMPTY -> NO_MESSAGE;
            default -> WRONG_TYPE;
        };
    }

    public int status() {
        return status;
    }

    /** The body's line, without its end. */
    public String words() {
        return words;
    }
}
