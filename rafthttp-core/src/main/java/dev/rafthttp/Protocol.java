package dev.rafthttp;

/** Names on the wire: paths, headers and the bodies of refusals, as etcd words them. */
public final class Protocol {
    // WIRE: all of these are compared byte for byte by etcd members or their tests.

    /** One message a {@code POST}. */
    public static final String PIPELINE_PATH = "/raft";
    /** A message and the database that belongs to it, in one {@code POST}. */
    public static final String SNAPSHOT_PATH = "/raft/snapshot";
    /** What the prober asks. */
    public static final String PROBING_PATH = "/raft/probing";
    /** Which version of etcd a member is, and its cluster: what etcd's leader asks every member. */
    public static final String VERSION_PATH = "/version";
    /** Who the members are: what a member of etcd that joins asks. */
    public static final String MEMBERS_PATH = "/members";
    /** Whether the cluster is being brought to an older version of etcd: what a member that joins asks. */
    public static final String DOWNGRADE_ENABLED_PATH = "/downgrade/enabled";
    /** Below it, the push dialect's streams and, followed by the asking member's ID, etcd's. */
    public static final String STREAM_PATH = "/raft/stream";
    /** Push dialect: the caller sends msgappv2 frames in the body. */
    public static final String PUSH_MSGAPP_PATH = STREAM_PATH + "/msgappv2";
    /** Push dialect: the caller sends message frames in the body. */
    public static final String PUSH_MESSAGE_PATH = STREAM_PATH + "/message";

    /** etcd's dialect: followed by a member's ID, asks for the messages to it, as msgappv2 frames. */
    public static final String PULL_MSGAPP_PATH = STREAM_PATH + "/msgapp";
    /** etcd's dialect: the same, as message frames. */
    public static final String PULL_MESSAGE_PATH = STREAM_PATH + "/message";

    /** The sender's member ID. */
    public static final String SERVER_FROM = "X-Server-From";
    /** The sender's version, on requests and on every stream answer. */
    public static final String SERVER_VERSION = "X-Server-Version";
    /** The lowest version the sender works with. */
    public static final String MIN_CLUSTER_VERSION = "X-Min-Cluster-Version";
    /** The sender's cluster ID. */
    public static final String CLUSTER_ID = "X-Etcd-Cluster-ID";
    /** The sender's own URLs, comma-separated. */
    public static final String PEER_URLS = "X-PeerURLs";
    /**
     * The sender's process, another one after each restart.
     *
     * <p>WIRE: not of etcd's protocol, whose members neither send nor read it.
     */
    public static final String INSTANCE = "X-Rafthttp-Instance";
    /** On a stream, the member it is meant for. */
    public static final String RAFT_TO = "X-Raft-To";

    /** Content type of {@code POST /raft}. */
    public static final String PROTOBUF = "application/protobuf";
    /** Content type of streams and of {@code POST /raft/snapshot}. */
    public static final String OCTETS = "application/octet-stream";

    /** 412. */
    public static final String INCOMPATIBLE_VERSION = "incompatible version";
    /** 412. */
    public static final String CLUSTER_ID_MISMATCH = "cluster ID mismatch";
    /** 412, and ours: etcd has one dialect. The sender is configured as a peer that does not open such a stream. */
    public static final String DIALECT_MISMATCH = "dialect mismatch";

    /** 412. */
    public static final String TO_FIELD_MISMATCH = "to field mismatch";
    /** 404. */
    public static final String INVALID_PATH = "invalid path";
    /** 404. */
    public static final String INVALID_FROM = "invalid from";
    /** 404. */
    public static final String SENDER_NOT_FOUND = "error sender not found";
    /** 410, on a stream. */
    public static final String REMOVED_MEMBER = "removed member";
    /** 403, on a post. */
    public static final String POST_FROM_REMOVED_MEMBER = "cannot process message from removed member";
    /** 503; the sender's member ID is also that of another process. */
    public static final String MEMBER_CONTESTED = "two processes say that they are this member";

    private Protocol() {}

    /** Where to ask a peer for one of its streams to {@code reader}, in etcd's dialect. */
    public static String pullPath(StreamType type, MemberId reader) {
        return switch (type) {
            case MSGAPP -> PULL_MSGAPP_PATH + "/" + reader;
            case MESSAGE -> PULL_MESSAGE_PATH + "/" + reader;
        };
    }
}
