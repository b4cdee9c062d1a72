package dev.rafthttp.sidecar.member;

import dev.rafthttp.options.LimitOptions;
import dev.rafthttp.options.MemberOptions;
import dev.rafthttp.options.PeerTlsOptions;
import dev.rafthttp.options.ShutdownOptions;
import dev.rafthttp.options.StateOptions;
import dev.rafthttp.sidecar.http.ApiOptions;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The options of the sidecar as they are given: text, so that all of them can be checked at once by {@link SidecarChecks}. */
final class SidecarFlags {
    static final String MEMBER_ID = "--member-id";
    static final String CLUSTER_ID = "--cluster-id";
    static final String PEER = "--peer";
    static final String PEER_DIALECT = "--peer-dialect";
    static final String SERVER_VERSION = "--server-version";
    static final String LISTEN_PEER_URLS = "--listen-peer-urls";
    static final String CALLBACK_URL = "--callback-url";
    static final String SNAPSHOT_DIR = "--snapshot-dir";

    @Mixin
    final MemberOptions member = new MemberOptions();

    @Mixin
    final PeerTlsOptions tls = new PeerTlsOptions();

    @Mixin
    final ApiOptions api = new ApiOptions();

    @Mixin
    final StateOptions state = new StateOptions();

    @Mixin
    final ShutdownOptions shutdown = new ShutdownOptions();

    @Mixin
    final LimitOptions limits = new LimitOptions();

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
            description = "push if the peers are other sidecars, etcd if they are etcd members (default push)")
    String peerDialect = "";

    @Option(
            names = SERVER_VERSION,
            paramLabel = "VERSION",
            defaultValue = "3.6.0",
            description = "the etcd version to announce; among etcd members, theirs (default 3.6.0)")
    String serverVersion = "";

    @Option(
            names = LISTEN_PEER_URLS,
            paramLabel = "URL,…",
            description = "where peers reach this member (default: this member's own URLs)")
    @Nullable String listenPeerUrls;

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
}
