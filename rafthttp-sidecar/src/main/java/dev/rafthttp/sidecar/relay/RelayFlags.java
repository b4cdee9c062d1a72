package dev.rafthttp.sidecar.relay;

import dev.rafthttp.options.ClusterOptions;
import dev.rafthttp.options.LimitOptions;
import dev.rafthttp.options.ShutdownOptions;
import dev.rafthttp.options.StateOptions;
import dev.rafthttp.sidecar.http.ApiOptions;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The options of the relay as they are given: text, so that all of them can be checked at once by {@link RelayChecks}. */
final class RelayFlags {
    static final String TARGETS = "--targets";
    static final String LOCAL = "--local";
    static final String LISTEN_UPLINK = "--listen-uplink";
    static final String UPLINKS = "--uplinks";
    static final String MEMBER_IDS = "--member-ids";
    static final String CLUSTER_ID = "--cluster-id";

    /** Where the relay stands in for each member. */
    @Mixin
    final ClusterOptions cluster = new ClusterOptions();

    @Mixin
    final ApiOptions api = new ApiOptions();

    @Mixin
    final StateOptions state = new StateOptions();

    @Mixin
    final ShutdownOptions shutdown = new ShutdownOptions();

    @Mixin
    final LimitOptions limits = new LimitOptions();

    @Option(
            names = TARGETS,
            paramLabel = "a=REAL,…",
            description = "where each member really listens for peers; with --local, that member's")
    @Nullable String targets;

    @Option(
            names = LOCAL,
            paramLabel = "NAME",
            description = "the member this relay stands beside (default: none, it stands in front of all of them)")
    @Nullable String local;

    @Option(
            names = LISTEN_UPLINK,
            paramLabel = "URL",
            description = "with --local, where the other members' relays reach this one")
    @Nullable String listenUplink;

    @Option(
            names = UPLINKS,
            paramLabel = "b=URL,…",
            description = "with --local, where the relay of each other member listens for uplinks")
    @Nullable String uplinks;

    @Option(
            names = MEMBER_IDS,
            paramLabel = "a=HEX,…",
            description = "IDs that cannot be derived, of members that joined later; needs --cluster-id")
    @Nullable String memberIds;

    @Option(names = CLUSTER_ID, paramLabel = "HEX", description = "the cluster's ID (default: derived)")
    @Nullable String clusterId;
}
