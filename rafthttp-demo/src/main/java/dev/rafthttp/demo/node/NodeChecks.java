package dev.rafthttp.demo.node;

import dev.rafthttp.ClusterIdentity;
import dev.rafthttp.MemberId;
import dev.rafthttp.PeerUrls;
import dev.rafthttp.demo.kv.RaftGroup;
import dev.rafthttp.sidecarclient.SidecarAddress;
import java.net.URI;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Checks the options of {@code rafthttp node}, and finds every mistake. Used once. */
final class NodeChecks {
    private static final String URL = "http://HOST:PORT";

    private final NodeFlags flags;
    private final List<String> mistakes = new ArrayList<>();

    NodeChecks(NodeFlags flags) {
        this.flags = flags;
    }

    /** What is wrong, a line each. */
    List<String> mistakes() {
        return List.copyOf(mistakes);
    }

    /** The options, if nothing is wrong with them. */
    Optional<NodeOptions> conclude() {
        Map<String, MemberId> members = members();
        String name = flags.name == null ? "" : flags.name;
        if (flags.name == null) {
            missing(NodeFlags.NAME, "one of the names in " + NodeFlags.INITIAL_CLUSTER);
        } else if (!names(flags.initialCluster).isEmpty()
                && !names(flags.initialCluster).contains(name)) {
            wrong(NodeFlags.NAME, name, "one of " + names(flags.initialCluster));
        }
        Map<MemberId, URI> kvUrls = kvUrls(members);
        Optional<URI> sidecar =
                parse(NodeFlags.NODE, flags.sidecar, NodeChecks::sidecar, URL + " or " + SidecarAddress.EXPECTED_UNIX);
        Optional<URI> listenKv = parse(NodeFlags.LISTEN_KV, flags.listenKv, NodeChecks::plainUrl, URL);
        Optional<Path> dataDir = Optional.ofNullable(flags.dataDir)
                .flatMap(folder -> parse(NodeFlags.DATA_DIR, folder, NodeChecks::path, "a folder"));
        if (!mistakes.isEmpty()) {
            return Optional.empty();
        }
        RaftGroup group = RaftGroup.of(ClusterIdentity.clusterId(members.values()), members.values());
        return Optional.ofNullable(members.get(name))
                .map(member -> new NodeOptions(
                        name,
                        member,
                        group,
                        sidecar.orElseThrow(),
                        dataDir.orElseGet(() -> Path.of(".", member + ".rafthttp", "data")),
                        listenKv.orElseThrow(),
                        kvUrls));
    }

    /** Members by name. One may have several URLs, each with its name. */
    private Map<String, MemberId> members() {
        Map<String, MemberId> members = new LinkedHashMap<>();
        named(NodeFlags.INITIAL_CLUSTER, flags.initialCluster)
                .forEach((name, urls) -> members.put(name, ClusterIdentity.memberId(urls, flags.token)));
        if (members.values().stream().distinct().count() < members.size()) {
            wrong(
                    NodeFlags.INITIAL_CLUSTER,
                    String.valueOf(flags.initialCluster),
                    "a URL of its own for each member, since IDs are derived from them");
        }
        return members;
    }

    private Map<MemberId, URI> kvUrls(Map<String, MemberId> members) {
        Set<String> names = names(flags.initialCluster);
        Set<String> given = names(flags.kvUrls);
        Map<MemberId, URI> kvUrls = new LinkedHashMap<>();
        named(NodeFlags.KV_URLS, flags.kvUrls).forEach((name, urls) -> {
            MemberId member = members.get(name);
            if (urls.size() > 1) {
                wrong(NodeFlags.KV_URLS, String.valueOf(flags.kvUrls), "the name " + name + " once");
            }
            if (member != null) {
                kvUrls.put(member, urls.get(0));
            } else if (!names.isEmpty() && !names.contains(name)) {
                wrong(NodeFlags.KV_URLS, name + "=" + urls.get(0), "one of " + names + "=" + URL);
            }
        });
        for (String name : names) {
            if (flags.kvUrls != null && !given.contains(name)) {
                wrong(NodeFlags.KV_URLS, flags.kvUrls, "also " + name + "=" + URL);
            }
        }
        return kvUrls;
    }

    /** The names in such an option, also those whose URLs are mistakes, which are told once. */
    private static Set<String> names(@Nullable String text) {
        Set<String> names = new LinkedHashSet<>();
        if (text != null) {
            for (String part : text.split(",", -1)) {
                names.add(part.split("=", 2)[0].strip());
            }
            names.remove("");
        }
        return names;
    }

    private Map<String, List<URI>> named(String option, @Nullable String text) {
        Map<String, List<URI>> named = new LinkedHashMap<>();
        if (text == null) {
            missing(option, "NAME=" + URL + ",...");
            return named;
        }
        for (String part : text.split(",", -1)) {
            int equals = part.indexOf('=');
            String name = part.substring(0, Math.max(equals, 0)).strip();
            if (name.isEmpty()) {
                wrong(option, part.strip(), "NAME=" + URL);
            } else {
                parse(option, part.substring(equals + 1).strip(), NodeChecks::anyUrl, name + "=" + URL)
                        .ifPresent(url -> named.computeIfAbsent(name, any -> new ArrayList<>())
                                .add(url));
            }
        }
        return named;
    }

    private <T> Optional<T> parse(String option, String text, Function<String, T> value, String expected) {
        try {
            return Optional.of(value.apply(text));
        } catch (IllegalArgumentException e) {
            wrong(option, text, expected);
            return Optional.empty();
        }
    }

    /** Somebody else's, which may have TLS. */
    private static URI anyUrl(String text) {
        URI url = PeerUrls.check(List.of(URI.create(text))).get(0);
        // WIRE: etcd derives IDs from the URLs as they are written, and writes none with a slash.
        return text.endsWith("/") ? URI.create(text.substring(0, text.length() - 1)) : url;
    }

    private static URI plainUrl(String text) {
        URI url = anyUrl(text);
        if (!url.getScheme().equals("http")) {
            throw new IllegalArgumentException(text);
        }
        return url;
    }

    private static URI sidecar(String text) {
        return text.startsWith(SidecarAddress.UNIX + ":") ? SidecarAddress.unix(text) : plainUrl(text);
    }

    private static Path path(String text) {
        try {
            return Path.of(text);
        } catch (InvalidPathException e) {
            throw new IllegalArgumentException(e.getMessage(), e);
        }
    }

    private void wrong(String option, String value, String expected) {
        mistakes.add(option + " \"" + value + "\": expected " + expected);
    }

    private void missing(String option, String expected) {
        mistakes.add(option + " is missing: expected " + expected);
    }
}
