package dev.rafthttp.options;

import dev.rafthttp.ClusterId;
import dev.rafthttp.ClusterIdentity;
import dev.rafthttp.MemberId;
import java.net.URI;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** One member and its cluster, as etcd's options have them. */
public final class MemberOptions extends ClusterOptions {
    public static final String NAME = "--name";

    @Option(names = NAME, paramLabel = "NAME", description = "this member, a name in " + INITIAL_CLUSTER)
    public @Nullable String name;

    /**
     * The members that the options name, with the IDs that etcd derives.
     *
     * @param self this member; null if the options do not say which one it is
     * @param ids by name
     * @param urls by name, for the same names
     */
    public record Cluster(@Nullable MemberId self, Map<String, MemberId> ids, Map<String, List<URI>> urls) {
        /** The cluster's ID. */
        public ClusterId id() {
            return ClusterIdentity.clusterId(ids.values());
        }
    }

    /**
     * Derives the IDs, and adds what is wrong to the mistakes.
     *
     * @param instead the other options that may be given, for the message that {@code --initial-cluster} is missing
     */
    public Cluster check(String instead, Mistakes mistakes) {
        Map<String, List<URI>> urls = NamedValues.peerUrls(INITIAL_CLUSTER, initialCluster, mistakes);
        if (names().isEmpty()) {
            mistakes.missing(INITIAL_CLUSTER, "NAME=" + HttpUrl.EXPECTED_OF_PEER + " of every member" + instead);
        }
        if (name == null) {
            mistakes.missing(NAME, "a name in " + INITIAL_CLUSTER);
        } else if (!names().isEmpty() && !names().contains(name)) {
            mistakes.add(NAME, name, "a name in " + INITIAL_CLUSTER);
        }
        Map<String, MemberId> ids = new LinkedHashMap<>();
        urls.forEach((each, of) -> {
            MemberId id = ClusterIdentity.memberId(of, token);
            if (ids.containsValue(id)) {
                mistakes.add(INITIAL_CLUSTER, each + "=" + of, "URLs that no other member has");
            }
            ids.put(each, id);
        });
        return new Cluster(name == null ? null : ids.get(name), ids, urls);
    }
}
