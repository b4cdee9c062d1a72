package dev.rafthttp.server;

import dev.rafthttp.ClusterMismatchException;
import dev.rafthttp.IncompatibleVersionException;
import dev.rafthttp.Protocol;
import dev.rafthttp.RaftTransportException;
import dev.rafthttp.RemovedMemberException;
import dev.rafthttp.peer.PostRefusal;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/** The reasons for which a request is refused, each with its status and words, which are those of etcd's handlers. */
enum Refusal {
    METHOD_NOT_ALLOWED(HttpServletResponse.SC_METHOD_NOT_ALLOWED, "Method Not Allowed"),
    NOT_RUNNING(HttpServletResponse.SC_SERVICE_UNAVAILABLE, "transport not running"),
    INCOMPATIBLE_VERSION(HttpServletResponse.SC_PRECONDITION_FAILED, Protocol.INCOMPATIBLE_VERSION),
    CLUSTER_ID_MISMATCH(HttpServletResponse.SC_PRECONDITION_FAILED, Protocol.CLUSTER_ID_MISMATCH),
    INVALID_PATH(HttpServletResponse.SC_NOT_FOUND, Protocol.INVALID_PATH),
    INVALID_FROM(PostRefusal.INVALID_FROM),
    REMOVED_MEMBER(HttpServletResponse.SC_GONE, Protocol.REMOVED_MEMBER),
    SENDER_NOT_FOUND(HttpServletResponse.SC_NOT_FOUND, Protocol.SENDER_NOT_FOUND),
    PEER_UNREACHABLE(HttpServletResponse.SC_SERVICE_UNAVAILABLE, "peer unreachable"),
    MEMBER_CONTESTED(HttpServletResponse.SC_SERVICE_UNAVAILABLE, Protocol.MEMBER_CONTESTED),
    TO_FIELD_MISMATCH(PostRefusal.TO_FIELD_MISMATCH),
    BODY_ENCODED(PostRefusal.BODY_ENCODED),
    // WIRE: in etcd the server refuses a post, not the transport, with other words and another status.
    POST_FROM_REMOVED_MEMBER(PostRefusal.REMOVED_MEMBER),
    POST_TOO_LARGE(PostRefusal.TOO_LARGE),
    POST_NO_ROOM(PostRefusal.NO_ROOM),
    POST_UNREADABLE(HttpServletResponse.SC_BAD_REQUEST, "error reading raft message"),
    POST_NO_MESSAGE(PostRefusal.NO_MESSAGE),
    POST_WRONG_TYPE(PostRefusal.WRONG_TYPE),
    POST_CLOSING(HttpServletResponse.SC_SERVICE_UNAVAILABLE, "closing, takes no raft message"),
    POST_NOT_PROCESSED(HttpServletResponse.SC_INTERNAL_SERVER_ERROR, "error processing raft message"),
    SNAPSHOT_NO_ROOM(HttpServletResponse.SC_SERVICE_UNAVAILABLE, "no memory for the snapshot's message"),
    SNAPSHOTS_TOO_MANY(HttpServletResponse.SC_SERVICE_UNAVAILABLE, "too many snapshots are being received"),
    // WIRE: for these, etcd adds the cause in parentheses.
    SNAPSHOT_NO_MESSAGE(HttpServletResponse.SC_BAD_REQUEST, "failed to decode raft message"),
    SNAPSHOT_NOT_SAVED(HttpServletResponse.SC_INTERNAL_SERVER_ERROR, "failed to save KV snapshot"),
    SNAPSHOT_CLOSING(HttpServletResponse.SC_SERVICE_UNAVAILABLE, "closing, takes no raft message"),
    SNAPSHOT_NOT_PROCESSED(HttpServletResponse.SC_INTERNAL_SERVER_ERROR, "failed to process raft message");

    private final int status;
    private final String body;

    Refusal(int status, String body) {
        this.status = status;
        this.body = body;
    }

    Refusal(PostRefusal post) {
        this(post.status(), post.words());
    }

    /** The refusal of a posted message that breaks a rule. */
    static Refusal ofPost(PostRefusal post) {
        return switch (post) {
            case TO_FIELD_MISMATCH -> TO_FIELD_MISMATCH;
            case INVALID_FROM -> INVALID_FROM;
            case NO_MESSAGE -> POST_NO_MESSAGE;
            case WRONG_TYPE -> POST_WRONG_TYPE;
            case TOO_LARGE -> POST_TOO_LARGE;
            case NO_ROOM -> POST_NO_ROOM;
            case BODY_ENCODED -> BODY_ENCODED;
            case REMOVED_MEMBER -> POST_FROM_REMOVED_MEMBER;
        };
    }

    /** The refusal of a stream for a reason that another member gave. */
    static Refusal ofStream(RaftTransportException cause) {
        if (cause instanceof RemovedMemberException) {
            return REMOVED_MEMBER;
        }
        if (cause instanceof IncompatibleVersionException) {
            return INCOMPATIBLE_VERSION;
        }
        return cause instanceof ClusterMismatchException ? CLUSTER_ID_MISMATCH : PEER_UNREACHABLE;
    }

    int status() {
        return status;
    }

    String body() {
        return body;
    }

    /** Answers in the form of Go's {@code http.Error}: one line of plain text, which browsers do not interpret. */
    static void write(int status, String body, HttpServletResponse response) throws IOException {
        byte[] line = (body + "\n").getBytes(StandardCharsets.UTF_8);
        response.setStatus(status);
        response.setContentType("text/plain;charset=utf-8");
        response.setHeader("X-Content-Type-Options", "nosniff");
        response.setContentLength(line.length);
        response.getOutputStream().write(line);
    }
}
