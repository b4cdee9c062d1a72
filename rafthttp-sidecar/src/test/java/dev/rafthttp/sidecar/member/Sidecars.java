package dev.rafthttp.sidecar.member;

import dev.rafthttp.ClusterId;
import dev.rafthttp.Dialect;
import dev.rafthttp.HeapLimits;
import dev.rafthttp.MemberId;
import dev.rafthttp.ServerVersion;
import dev.rafthttp.fixture.FreeUrls;
import dev.rafthttp.raftpb.Message;
import dev.rafthttp.raftpb.MessageType;
import dev.rafthttp.sidecar.events.MemberNames;
import dev.rafthttp.sidecar.http.ApiToken;
import dev.rafthttp.sidecar.peers.NodePeer;
import dev.rafthttp.tls.PeerTls;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What tests put sidecars and their messages together from. */
final class Sidecars {
    static final MemberId A = MemberId.parse("a");
    static final MemberId B = MemberId.parse("b");

    private Sidecars() {}

    static URI freeUrl() {
        return FreeUrls.next();
    }

    /** How to run one of two. */
    static SidecarOptions options(
            MemberId member,
            URI own,
            MemberId other,
            URI others,
            URI node,
            Path folder,
            Optional<URI> callback,
            Optional<ApiToken> token) {
        return new SidecarOptions(
                member,
                ClusterId.parse("cafe"),
                new MemberNames(Map.of(A, "anna", B, "bert")),
                List.of(own),
                List.of(own),
                List.of(new NodePeer(other, List.of(others), Dialect.PUSH)),
                Optional.empty(),
                Dialect.PUSH,
                new ServerVersion(3, 6, 0),
                node,
                token,
                callback,
                folder.resolve("snapshots-" + member),
                folder.resolve("state-" + member),
                Duration.ofMillis(500),
                HeapLimits.OF_JVM);
    }

    /** The same, but by TLS; its URLs must be https. */
    static SidecarOptions withTls(SidecarOptions options, PeerTls tls) {
        return with(options, Optional.of(tls), options.grace(), options.limits());
    }

    /** The same, but with other limits. */
    static SidecarOptions withLimits(SidecarOptions options, HeapLimits limits) {
        return with(options, options.tls(), options.grace(), limits);
    }

    /** The same, but with more time at the end. */
    static SidecarOptions withGrace(SidecarOptions options, Duration grace) {
        return with(options, options.tls(), grace, options.limits());
    }

    private static SidecarOptions with(
            SidecarOptions options, Optional<PeerTls> tls, Duration grace, HeapLimits limits) {
        return new SidecarOptions(
                options.member(),
                options.cluster(),
                options.names(),
                options.advertised(),
                options.listenPeers(),
                options.peers(),
                tls,
                options.dialect(),
                options.version(),
                options.listenNode(),
                options.token(),
                options.callback(),
                options.snapshotDir(),
                options.stateDir(),
                grace,
                limits);
    }

    static Message message(long index) {
        return Message.newBuilder()
                .setType(MessageType.MsgAppResp)
                .setFrom(A.value())
                .setTo(B.value())
                .setTerm(1)
                .setIndex(index)
                .build();
    }

    static byte[] frame(Message message) {
        byte[] bytes = message.toByteArray();
        return ByteBuffer.allocate(Long.BYTES + bytes.length)
                .putLong(bytes.length)
                .put(bytes)
                .array();
    }
}
