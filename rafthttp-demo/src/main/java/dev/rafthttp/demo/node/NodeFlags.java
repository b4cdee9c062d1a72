package dev.rafthttp.demo.node;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options of {@code rafthttp node}, as they were given. */
final class NodeFlags {
    static final String NAME = "--name";
    static final String INITIAL_CLUSTER = "--initial-cluster";
    static final String INITIAL_CLUSTER_TOKEN = "--initial-cluster-token";
    static final String NODE = "--node";
    static final String DATA_DIR = "--data-dir";
    static final String LISTEN_KV = "--listen-kv";
    static final String KV_URLS = "--kv-urls";

    @Option(names = NAME, paramLabel = "NAME", description = "this member's name, one of the initial cluster's")
    @Nullable String name;

    @Option(
            names = INITIAL_CLUSTER,
            paramLabel = "NAME=URL,...",
            description = "all members and their sidecars' peer URLs, as the sidecars are told")
    @Nullable String initialCluster;

    @Option(
            names = INITIAL_CLUSTER_TOKEN,
            paramLabel = "TOKEN",
            defaultValue = "etcd-cluster",
            description = "goes into the IDs, as the sidecars are told (default ${DEFAULT-VALUE})")
    String token = "";

    @Option(
            names = NODE,
            paramLabel = "URL",
            defaultValue = "http://127.0.0.1:2381",
            description =
                    "the --listen-node of this member's sidecar: http://HOST:PORT or unix:/PATH (default ${DEFAULT-VALUE})")
    String sidecar = "";

    @Option(
            names = DATA_DIR,
            paramLabel = "DIR",
            description =
                    "where this member's log, term and snapshots are kept (default ./MEMBER.rafthttp/data, by this member's ID)")
    @Nullable String dataDir;

    @Option(
            names = LISTEN_KV,
            paramLabel = "URL",
            defaultValue = "http://127.0.0.1:8080",
            description = "where to serve the keys, http://HOST:PORT (default ${DEFAULT-VALUE})")
    String listenKv = "";

    @Option(
            names = KV_URLS,
            paramLabel = "NAME=URL,...",
            description = "where clients reach each member's keys; a member that does not lead sends writers there")
    @Nullable String kvUrls;
}
