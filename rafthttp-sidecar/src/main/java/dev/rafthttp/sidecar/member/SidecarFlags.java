package dev.rafthttp.sidecar.member;

import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options of the sidecar as they are given: text, so that all of them can be checked at once by {@link SidecarChecks}. */
final class SidecarFlags {
    static final String NAME = "--name";
    static final String INITIAL_CLUSTER = "--initial-cluster";
    static final String TOKEN = "--initial-cluster-token";
    static final String MEMBER_ID = "--member-id";
    static final String CLUSTER_ID = "--cluster-id";
    static final String PEER = "--peer";
    static final String PEER_DIALECT = "--peer-dialect";
    static final String SERVER_VERSION = "--server-version";
    static final String LISTEN_PEER_URLS = "--listen-peer-urls";
    static final String LISTEN_NODE = "--listen-node";
    static final String NODE_TOKEN_FILE = "--node-token-file";
    static final String CALLBACK_URL = "--callback-url";
    static final String SNAPSHOT_DIR = "--snapshot-dir";
    static final String STATE_DIR = "--state-dir";
    static final String SHUTDOWN_GRACE = "--shutdown-grace";
    static final String CERT_FILE = "--peer-cert-file";
    static final String KEY_FILE = "--peer-key-file";
    static final String TRUSTED_CA_FILE = "--peer-trusted-ca-file";
    static final String CLIENT_CERT_AUTH = "--peer-client-cert-auth";

    @Option(names = NAME, paramLabel = "NAME", description = "this member, in --initial-cluster")
    @Nullable String name;

    @Option(
            names = INITIAL_CLUSTER,
            paramLabel = "a=URL,…",
            description = "every member's peer URL, as etcd has it; a name may have several")
    @Nullable String initialCluster;

    @Option(
            names = TOKEN,
            paramLabel = "TOKEN",
            defaultValue = "etcd-cluster",
            description = "from which IDs are derived, as etcd does (default etcd-cluster)")
    String token = "";

    @Option(
            names = MEMBER_ID,
            paramLabel = "HEX",
            description = "this member, instead of --name and --initial-cluster; with --cluster-id and --peer")
    @Nullable String memberId;

    @Option(names = CLUSTER_ID, paramLabel = "HEX", description = "the cluster, with --member-id")
    @Nullable String clusterId;

    @Option(
            names = PEER,
            paramLabel = "HEX=URL,…",
            description = "with --member-id, a member and where it listens; once for each")
    @Nullable List<String> peers;

    @Option(
            names = PEER_DIALECT,
            paramLabel = "DIALECT",
            defaultValue = "push",
            description = "how peers speak: push, to other sidecars, or etcd (default push)")
    String peerDialect = "";

    @Option(
            names = SERVER_VERSION,
            paramLabel = "VERSION",
            defaultValue = "3.6.0",
            description = "the version of etcd to pass for, as members of etcd compare theirs (default 3.6.0)")
    String serverVersion = "";

    @Option(
            names = LISTEN_PEER_URLS,
            paramLabel = "URL,…",
            description = "where peers reach this member (default: this member's own URLs)")
    @Nullable String listenPeerUrls;

    @Option(
            names = LISTEN_NODE,
            paramLabel = "URL",
            defaultValue = "http://127.0.0.1:2381",
            description = "where the Raft node reaches the sidecar: http://HOST:PORT, on loopback unless there is"
                    + " --node-token-file, or unix:/PATH (default http://127.0.0.1:2381)")
    String listenNode = "";

    @Option(
            names = NODE_TOKEN_FILE,
            paramLabel = "FILE",
            description = "a file with the bearer token that the node must send (default: none is asked for)")
    @Nullable String nodeTokenFile;

    @Option(
            names = CALLBACK_URL,
            paramLabel = "URL",
            description = "where to post received messages (default: nowhere, the node reads GET /v1/messages)")
    @Nullable String callbackUrl;

    @Option(
            names = SNAPSHOT_DIR,
            paramLabel = "DIR",
            description =
                    "where received databases are kept (default ./MEMBER.rafthttp/snapshots, by this member's ID)")
    @Nullable String snapshotDir;

    @Option(
            names = STATE_DIR,
            paramLabel = "DIR",
            description = "where peers put and deleted at run time are kept (default ./MEMBER.rafthttp/state)")
    @Nullable String stateDir;

    @Option(
            names = SHUTDOWN_GRACE,
            paramLabel = "TIME",
            defaultValue = "5s",
            description = "how long messages under way may take at the end (default 5s)")
    String shutdownGrace = "";

    @Option(
            names = CERT_FILE,
            paramLabel = "FILE",
            description = "PEM, this member's certificate, shown to peers by TLS (default: no TLS)")
    @Nullable String certFile;

    @Option(names = KEY_FILE, paramLabel = "FILE", description = "PEM, the certificate's private key, not encrypted")
    @Nullable String keyFile;

    @Option(
            names = TRUSTED_CA_FILE,
            paramLabel = "FILE",
            description = "PEM, the CA that must have issued the peers' certificates (default: whom Java trusts)")
    @Nullable String trustedCaFile;

    @Option(
            names = CLIENT_CERT_AUTH,
            paramLabel = "true|false",
            arity = "0..1",
            fallbackValue = "true",
            description = "peers that dial must have a certificate of the trusted CA, too (default false)")
    @Nullable String clientCertAuth;
}
