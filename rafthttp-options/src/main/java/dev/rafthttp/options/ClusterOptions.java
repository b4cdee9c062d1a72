package dev.rafthttp.options;

import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** All members by their names, as etcd's options have them. */
public class ClusterOptions {
    public static final String INITIAL_CLUSTER = "--initial-cluster";
    public static final String TOKEN = "--initial-cluster-token";

    @Option(
            names = INITIAL_CLUSTER,
            paramLabel = "a=URL,…",
            description = "the peer URLs that all members advertise, as etcd has them; a name may have several")
    public @Nullable String initialCluster;

    @Option(
            names = TOKEN,
            paramLabel = "TOKEN",
            defaultValue = "etcd-cluster",
            description = "goes into the IDs that are derived, as in etcd (default etcd-cluster)")
    public String token = "";

    /** The names of all members, also of members whose URLs are mistakes. */
    public final Set<String> names() {
        return NamedValues.names(initialCluster);
    }
}
