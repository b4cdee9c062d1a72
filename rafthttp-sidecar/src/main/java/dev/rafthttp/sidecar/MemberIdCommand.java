package dev.rafthttp.sidecar;

import dev.rafthttp.ClusterId;
import dev.rafthttp.ClusterIdentity;
import dev.rafthttp.MemberId;
import dev.rafthttp.sidecar.options.CommonOptions;
import dev.rafthttp.sidecar.options.ConfigFile;
import dev.rafthttp.sidecar.options.HttpUrl;
import dev.rafthttp.sidecar.options.Mistakes;
import dev.rafthttp.sidecar.options.NamedValues;
import java.io.PrintStream;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code rafthttp member-id}: prints a member's ID and its cluster's, a line each. */
@Command(
        name = "member-id",
        description =
                "Prints the IDs that etcd derives for a member and its cluster when the cluster is first started. A"
                        + " member that joined later has another ID, which etcdctl member list tells.")
final class MemberIdCommand implements Callable<Integer> {
    private static final String NAME = "--name";
    private static final String CLUSTER = "--initial-cluster";

    private final ConfigFile file;
    private final Mistakes mistakes;
    private final PrintStream out;

    @Mixin
    private CommonOptions common;

    @Option(names = NAME, paramLabel = "NAME", description = "the member")
    private @Nullable String name;

    @Option(names = CLUSTER, paramLabel = "a=URL,…", description = "every member's advertised peer URL, as etcd has it")
    private @Nullable String initialCluster;

    @Option(
            names = "--initial-cluster-token",
            paramLabel = "TOKEN",
            defaultValue = "etcd-cluster",
            description = "etcd's (default etcd-cluster)")
    private String token;

    @Option(names = "--decimal", description = "as in the JSON of messages, rather than hexadecimal as everywhere else")
    private boolean decimal;

    MemberIdCommand(ConfigFile file, Mistakes mistakes, PrintStream out) {
        this.file = file;
        this.mistakes = mistakes;
        this.out = out;
    }

    @Override
    public Integer call() {
        common.check(file, mistakes);
        Map<String, List<URI>> members = NamedValues.peerUrls(CLUSTER, initialCluster, mistakes);
        Set<String> names = NamedValues.names(initialCluster);
        if (names.isEmpty()) {
            mistakes.missing(CLUSTER, "NAME=" + HttpUrl.EXPECTED_OF_PEER + " of every member");
        }
        if (name == null) {
            mistakes.missing(NAME, "a name in " + CLUSTER);
        } else if (!names.isEmpty() && !names.contains(name)) {
            mistakes.add(NAME, name, "a name in " + CLUSTER);
        }
        mistakes.throwIfAny();
        MemberId member = ClusterIdentity.memberId(members.getOrDefault(name, List.of()), token);
        List<MemberId> all = members.values().stream()
                .map(urls -> ClusterIdentity.memberId(urls, token))
                .toList();
        ClusterId cluster = ClusterIdentity.clusterId(all);
        out.println("member " + (decimal ? Long.toUnsignedString(member.value()) : member.toString()));
        out.println("cluster " + (decimal ? Long.toUnsignedString(cluster.value()) : cluster.toString()));
        return 0;
    }
}
