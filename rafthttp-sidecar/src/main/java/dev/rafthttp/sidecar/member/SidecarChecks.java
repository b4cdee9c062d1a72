package dev.rafthttp.sidecar.member;

import dev.rafthttp.Dialect;
import dev.rafthttp.HeapLimits;
import dev.rafthttp.MemberId;
import dev.rafthttp.ServerVersion;
import dev.rafthttp.UrlHost;
import dev.rafthttp.options.Folders;
import dev.rafthttp.options.HttpUrl;
import dev.rafthttp.options.MemberOptions;
import dev.rafthttp.options.Mistakes;
import dev.rafthttp.options.Places;
import dev.rafthttp.options.Values;
import dev.rafthttp.sidecar.http.ApiOptions;
import dev.rafthttp.sidecar.http.ApiToken;
import dev.rafthttp.sidecar.peers.NodePeer;
import dev.rafthttp.tls.PeerTls;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Checks a sidecar's options against each other, and tells every mistake. Used once. */
final class SidecarChecks {
    private final SidecarFlags flags;
    private final Mistakes mistakes;

    SidecarChecks(SidecarFlags flags, Mistakes mistakes) {
        this.flags = flags;
        this.mistakes = mistakes;
    }

    /** @throws dev.rafthttp.options.WrongOptionsException if there is any mistake */
    SidecarOptions conclude() {
        Optional<Identity> identity = Identity.of(flags, mistakes);
        List<URI> own = identity.map(who -> who.members().getOrDefault(who.member(), List.of()))
                .orElse(List.of());
        List<URI> listenPeers = listenPeers(identity.isPresent(), own);
        Optional<Dialect> dialect = Values.parse(
                SidecarFlags.PEER_DIALECT, flags.peerDialect, NodePeer::dialect, NodePeer.DIALECTS, mistakes);
        Optional<ServerVersion> version = Values.parse(
                SidecarFlags.SERVER_VERSION,
                flags.serverVersion,
                ServerVersion::parse,
                "major.minor.patch, as in 3.6.0",
                mistakes);
        Optional<URI> listenNode = flags.api.address(mistakes);
        Optional<ApiToken> token = flags.api.token(mistakes);
        Optional<URI> callback = Values.parse(
                SidecarFlags.CALLBACK_URL,
                flags.callbackUrl,
                SidecarChecks::callback,
                "http://HOST:PORT/PATH",
                mistakes);
        checkPlaces(listenPeers, listenNode, callback);
        Optional<PeerTls> tls = flags.tls.check(listenPeers, optionOfListenPeers(), mistakes);
        Optional<Path> snapshots = Values.path(SidecarFlags.SNAPSHOT_DIR, flags.snapshotDir, "a folder", mistakes);
        Optional<Path> state = flags.state.check(mistakes);
        Duration grace = flags.shutdown.check(mistakes);
        HeapLimits limits = flags.limits.check(mistakes);
        mistakes.throwIfAny();
        Identity who = identity.orElseThrow();
        return new SidecarOptions(
                who.member(),
                who.cluster(),
                who.names(),
                own.isEmpty() ? listenPeers : own,
                listenPeers,
                peers(who, dialect.orElseThrow()),
                tls,
                dialect.orElseThrow(),
                version.orElseThrow(),
                listenNode.orElseThrow(),
                token,
                callback,
                snapshots.orElseGet(() -> Folders.usual(who.member(), "snapshots")),
                state.orElseGet(() -> Folders.usual(who.member(), "state")),
                grace,
                limits);
    }

    private static List<NodePeer> peers(Identity who, Dialect dialect) {
        List<NodePeer> peers = new ArrayList<>();
        for (Map.Entry<MemberId, List<URI>> each : who.members().entrySet()) {
            if (!each.getKey().equals(who.member())) {
                peers.add(new NodePeer(each.getKey(), each.getValue(), dialect));
            }
        }
        return peers;
    }

    private List<URI> listenPeers(boolean isKnown, List<URI> own) {
        if (flags.listenPeerUrls == null) {
            if (own.isEmpty() && isKnown) {
                mistakes.missing(
                        SidecarFlags.LISTEN_PEER_URLS,
                        HttpUrl.EXPECTED_OF_PEER + ", or this member's own URLs in " + SidecarFlags.PEER);
            }
            return own;
        }
        List<URI> urls = new ArrayList<>();
        for (String text : flags.listenPeerUrls.split(",", -1)) {
            Values.peerUrl(SidecarFlags.LISTEN_PEER_URLS, text.strip(), mistakes)
                    .ifPresent(urls::add);
        }
        return urls;
    }

    private String optionOfListenPeers() {
        if (flags.listenPeerUrls != null) {
            return SidecarFlags.LISTEN_PEER_URLS;
        }
        return flags.member.initialCluster == null ? SidecarFlags.PEER : MemberOptions.INITIAL_CLUSTER;
    }

    private static URI callback(String text) {
        URI url = URI.create(text);
        if (!"http".equals(url.getScheme()) || url.getUserInfo() != null) {
            throw new IllegalArgumentException(text);
        }
        UrlHost.of(url);
        return url;
    }

    /** No two listen at the same place, and messages are not posted to the sidecar itself. */
    private void checkPlaces(List<URI> listenPeers, Optional<URI> listenNode, Optional<URI> callback) {
        Map<String, String> taken = new LinkedHashMap<>();
        listenNode.ifPresent(url -> taken.put(place(url), ApiOptions.LISTEN_NODE));
        for (URI url : listenPeers) {
            String other = taken.putIfAbsent(place(url), SidecarFlags.LISTEN_PEER_URLS);
            if (other != null) {
                mistakes.add(
                        SidecarFlags.LISTEN_PEER_URLS,
                        url.toString(),
                        "a URL that is not also in " + other + " or twice in this option");
            }
        }
        Map<URI, String> listeners = new LinkedHashMap<>();
        listenNode.ifPresent(url -> listeners.put(url, ApiOptions.LISTEN_NODE));
        listenPeers.forEach(url -> listeners.put(url, SidecarFlags.LISTEN_PEER_URLS));
        callback.ifPresent(url -> listeners.entrySet().stream()
                .filter(listener -> Places.reaches(url, listener.getKey()))
                .findFirst()
                .ifPresent(listener -> mistakes.add(
                        SidecarFlags.CALLBACK_URL,
                        url.toString(),
                        "a URL where the sidecar does not listen, as it does by " + listener.getValue())));
    }

    /** Host and port, whatever is spoken there, or the path of a Unix socket. */
    private static String place(URI url) {
        return url.getAuthority() == null ? url.toString() : url.getAuthority();
    }
}
