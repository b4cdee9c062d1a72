package dev.rafthttp.peer;

import dev.rafthttp.ClusterMismatchException;
import dev.rafthttp.DropReason;
import dev.rafthttp.IncompatibleVersionException;
import dev.rafthttp.Protocol;
import dev.rafthttp.RemovedMemberException;
import dev.rafthttp.inbound.MessageRules;
import java.util.Optional;

/**
 * The reasons for which a member, or a relay in a member's place, refuses a request, each with its status and words, and with
 * what they mean to the sender. The words are those of etcd's handlers.
 *
 * <p>WIRE: 403 on a post says that its sender has been removed, and etcd then stops. So no message to which
 * {@link MessageRules} object is answered with 403, not even where a removed member is the {@code from} of what another
 * member forwards. etcd itself answers 500 to a foreign {@code to}, and closes the connection. To the sender all of these
 * are failed posts, and the connection is kept.
 */
public enum Refusal {
    METHOD_NOT_ALLOWED(405, "Method Not Allowed"),
    NOT_RUNNING(503, "transport not running"),
    // WIRE: only the words tell which of these 412 is meant.
    INCOMPATIBLE_VERSION(412, Protocol.INCOMPATIBLE_VERSION, Meaning.INCOMPATIBLE_VERSION),
    CLUSTER_ID_MISMATCH(412, Protocol.CLUSTER_ID_MISMATCH, Meaning.OTHER_CLUSTER),
    TO_FIELD_MISMATCH(412, Protocol.TO_FIELD_MISMATCH, Meaning.OTHER_MEMBER),
    DIALECT_MISMATCH(412, Protocol.DIALECT_MISMATCH, Meaning.OTHER_DIALECT),
    INVALID_PATH(404, Protocol.INVALID_PATH),
    INVALID_FROM(404, Protocol.INVALID_FROM),
    REMOVED_MEMBER(410, Protocol.REMOVED_MEMBER, Meaning.REMOVED),
    SENDER_NOT_FOUND(404, Protocol.SENDER_NOT_FOUND),
    PEER_UNREACHABLE(503, "peer unreachable"),
    MEMBER_CONTESTED(503, Protocol.MEMBER_CONTESTED),
    // WIRE: etcd never encodes a body, and takes an encoded one for what it is not.
    BODY_ENCODED(415, "Unsupported Media Type"),
    // WIRE: the one 403. In etcd the server refuses a post, not the transport, with other words and another status.
    POST_FROM_REMOVED_MEMBER(403, Protocol.POST_FROM_REMOVED_MEMBER, Meaning.REMOVED),
    POST_TOO_LARGE(413, "raft message too large", Meaning.TOO_LARGE),
    POST_NO_ROOM(503, "no memory for the raft message"),
    POST_UNREADABLE(400, "error reading raft message"),
    POST_NO_MESSAGE(400, "error unmarshalling raft message"),
    POST_WRONG_TYPE(400, "wrong raft message type"),
    POST_CLOSING(503, "closing, takes no raft message"),
    POST_NOT_PROCESSED(500, "error processing raft message"),
    SNAPSHOT_NO_ROOM(503, "no memory for the snapshot's message"),
    SNAPSHOTS_TOO_MANY(503, "too many snapshots are being received"),
    // WIRE: for these, etcd adds the cause in parentheses.
    SNAPSHOT_NO_MESSAGE(400, "failed to decode raft message"),
    SNAPSHOT_NOT_SAVED(500, "failed to save KV snapshot"),
    SNAPSHOT_CLOSING(503, "closing, takes no raft message"),
    SNAPSHOT_NOT_PROCESSED(500, "failed to process raft message");

    private final int status;
    private final String words;
    private final Meaning meaning;

    /** What was asked for. The same status has different meanings to the two. */
    public enum Asked {
        STREAM,
        /** A post, with a database or without. */
        POST
    }

    /** What a refusal means to the sender. */
    public enum Meaning {
        /** {@link RemovedMemberException}. */
        REMOVED,
        /** {@link IncompatibleVersionException}. */
        INCOMPATIBLE_VERSION,
        /** {@link ClusterMismatchException}: the peer belongs to another cluster. */
        OTHER_CLUSTER,
        /** {@link ClusterMismatchException}: the peer is another member than the one that was dialled. */
        OTHER_MEMBER,
        /** {@link IncompatibleVersionException}: the peer opens such streams itself. */
        OTHER_DIALECT,
        /** {@link dev.rafthttp.FrameTooLargeException}. */
        TOO_LARGE,
        /** {@link dev.rafthttp.PeerUnreachableException}: everything else. */
        UNREACHABLE
    }

    Refusal(int status, String words) {
        this(status, words, Meaning.UNREACHABLE);
    }

    Refusal(int status, String words, Meaning meaning) {
        this.status = status;
        this.words = words;
        this.meaning = meaning;
    }

    /** The HTTP status. */
    public int status() {
        return status;
    }

    /** The body's line, without its end. */
    public String words() {
        return words;
    }

    /**
     * What the answer of a peer, or of a proxy before it, means. A proxy may answer with any status for its own reasons, so
     * a removal, which stops a member for good, counts only where and as a member says it.
     *
     * @param status of the answer, which is a refusal
     * @param words of the answer, without white space around them
     */
    public static Meaning meaning(Asked asked, int status, String words) {
        for (Refusal refusal : values()) {
            if (refusal.status == status && refusal.isSaidBy(asked, words)) {
                return refusal.meaning;
            }
        }
        return Meaning.UNREACHABLE;
    }

    private boolean isSaidBy(Asked asked, String answered) {
        return switch (this) {
            // The status alone says it.
            case REMOVED_MEMBER -> asked == Asked.STREAM;
            case POST_TOO_LARGE -> true;
            case POST_FROM_REMOVED_MEMBER -> asked == Asked.POST && words.equals(answered);
            default -> words.equals(answered);
        };
    }

    /** The refusal of a posted message that breaks a rule. */
    public static Refusal of(DropReason broken) {
        return switch (broken) {
            case TO_MISMATCH -> TO_FIELD_MISMATCH;
            case FROM_MISMATCH, FROM_REMOVED -> INVALID_FROM;
            case EMPTY -> POST_NO_MESSAGE;
            default -> POST_WRONG_TYPE;
        };
    }

    /** The refusal with which a member passes on what another member has answered; empty if none says it. */
    public static Optional<Refusal> of(Asked asked, Throwable cause) {
        if (cause instanceof RemovedMemberException) {
            return Optional.of(asked == Asked.STREAM ? REMOVED_MEMBER : POST_FROM_REMOVED_MEMBER);
        }
        if (cause instanceof IncompatibleVersionException) {
            return Optional.of(INCOMPATIBLE_VERSION);
        }
        return cause instanceof ClusterMismatchException ? Optional.of(CLUSTER_ID_MISMATCH) : Optional.empty();
    }
}
