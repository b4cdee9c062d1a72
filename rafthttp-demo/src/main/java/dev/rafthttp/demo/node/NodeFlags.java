package dev.rafthttp.demo.node;

import dev.rafthttp.options.LogOptions;
import dev.rafthttp.options.MemberOptions;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The options of {@code rafthttp node} as they are given: text, so that all of them can be checked at once by {@link NodeChecks}. */
final class NodeFlags {
    static final String NODE = "--node";
    static final String DATA_DIR = "--data-dir";
    static final String LISTEN_KV = "--listen-kv";
    static final String KV_URLS = "--kv-urls";

    /** The same as the sidecars have. */
    @Mixin
    final MemberOptions member = new MemberOptions();

    @Mixin
    final LogOptions log = new LogOptions();

    @Option(
            names = NODE,
            paramLabel = "URL",
            defaultValue = "http://127.0.0.1:2381",
            description = "the --listen-node of this member's sidecar: http://HOST:PORT or unix:/PATH"
                    + " (default http://127.0.0.1:2381)")
    String sidecar = "";

    @Option(
            names = DATA_DIR,
            paramLabel = "DIR",
            description = "the folder of this member's log, term and snapshots (default ./MEMBER.rafthttp/data, by this"
                    + " member's ID)")
    @Nullable String dataDir;

    @Option(
            names = LISTEN_KV,
            paramLabel = "URL",
            defaultValue = "http://127.0.0.1:8080",
            description = "where to serve the keys, http://HOST:PORT (default http://127.0.0.1:8080)")
    String listenKv = "";

    @Option(
            names = KV_URLS,
            paramLabel = "a=URL,…",
            description = "where clients reach each member's keys; a member that does not lead redirects writers there")
    @Nullable String kvUrls;
}
