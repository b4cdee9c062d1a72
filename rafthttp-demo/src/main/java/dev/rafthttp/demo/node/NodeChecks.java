package dev.rafthttp.demo.node;

import dev.rafthttp.MemberId;
import dev.rafthttp.demo.kv.RaftGroup;
import dev.rafthttp.options.Folders;
import dev.rafthttp.options.HttpUrl;
import dev.rafthttp.options.LogNames;
import dev.rafthttp.options.MemberOptions;
import dev.rafthttp.options.Mistakes;
import dev.rafthttp.options.NamedValues;
import dev.rafthttp.options.Values;
import dev.rafthttp.sidecarclient.SidecarAddress;
import java.net.URI;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/** Checks the options of {@code rafthttp node} against each other, and tells every mistake. Used once. */
final class NodeChecks {
    private final NodeFlags flags;
    private final Mistakes mistakes;
    private final LogNames names;

    /** @param names gets what the options call members */
    NodeChecks(NodeFlags flags, Mistakes mistakes, LogNames names) {
        this.flags = flags;
        this.mistakes = mistakes;
        this.names = names;
    }

    /** @throws dev.rafthttp.options.WrongOptionsException if there is any mistake */
    NodeOptions conclude() {
        MemberOptions.Cluster cluster = flags.member.check("", mistakes);
        Map<MemberId, URI> kvUrls = kvUrls(cluster);
        Optional<URI> sidecar = Values.parse(
                NodeFlags.NODE,
                flags.sidecar,
                NodeChecks::sidecar,
                HttpUrl.EXPECTED + " or " + SidecarAddress.EXPECTED_UNIX,
                mistakes);
        Optional<URI> listenKv = Values.url(NodeFlags.LISTEN_KV, flags.listenKv, mistakes);
        Optional<Path> dataDir = Values.path(NodeFlags.DATA_DIR, flags.dataDir, "a folder", mistakes);
        mistakes.throwIfAny();
        cluster.ids().forEach((name, id) -> names.put(id, name));
        MemberId self = Objects.requireNonNull(cluster.self());
        return new NodeOptions(
                String.valueOf(flags.member.name),
                self,
                RaftGroup.of(cluster.id(), cluster.ids().values()),
                sidecar.orElseThrow(),
                dataDir.orElseGet(() -> Folders.usual(self, "data")),
                listenKv.orElseThrow(),
                kvUrls);
    }

    /** The URL of each member, for which there may be a mistake already. */
    private Map<MemberId, URI> kvUrls(MemberOptions.Cluster cluster) {
        Set<String> names = flags.member.names();
        Set<String> given = NamedValues.names(flags.kvUrls);
        Map<MemberId, URI> kvUrls = new LinkedHashMap<>();
        NamedValues.parseSingle(NodeFlags.KV_URLS, flags.kvUrls, HttpUrl::parsePeer, HttpUrl.EXPECTED_OF_PEER, mistakes)
                .forEach((name, url) -> {
                    MemberId member = cluster.ids().get(name);
                    if (member != null) {
                        kvUrls.put(member, url);
                    }
                });
        for (String name : names) {
            if (!given.contains(name)) {
                mistakes.missing(NodeFlags.KV_URLS + " of " + name, name + "=" + HttpUrl.EXPECTED_OF_PEER);
            }
        }
        for (String name : given) {
            if (!names.isEmpty() && !names.contains(name)) {
                mistakes.add(NodeFlags.KV_URLS, name, "names in " + MemberOptions.INITIAL_CLUSTER);
            }
        }
        return kvUrls;
    }

    private static URI sidecar(String text) {
        return text.startsWith(SidecarAddress.UNIX + ":") ? SidecarAddress.unix(text) : HttpUrl.parse(text);
    }
}
