package dev.rafthttp.client;

import com.google.protobuf.ByteString;
import dev.rafthttp.ClusterId;
import dev.rafthttp.Dialect;
import dev.rafthttp.Lane;
import dev.rafthttp.MemberId;
import dev.rafthttp.PeerStatus;
import dev.rafthttp.PeerStatus.LaneStatus;
import dev.rafthttp.RaftCallback;
import dev.rafthttp.TransportConfig;
import dev.rafthttp.TransportMonitor;
import dev.rafthttp.raftpb.Entry;
import dev.rafthttp.raftpb.Message;
import dev.rafthttp.raftpb.MessageType;
import dev.rafthttp.raftpb.Snapshot;
import dev.rafthttp.raftpb.SnapshotMetadata;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Objects;

/** The member under test, its peer, and the messages between them. */
final class Transports {
    static final MemberId LOCAL = MemberId.parse("a1");
    static final MemberId REMOTE = MemberId.parse("b2");
    static final ClusterId CLUSTER = ClusterId.parse("c1");

    /** Where nobody listens: the discard port, which needs privileges. */
    static final URI NOWHERE = URI.create("http://127.0.0.1:9");

    private Transports() {}

    /** Dials again soon, is patient with a loaded machine, and does not probe while a test runs. */
    static TransportConfig.Builder config() {
        return TransportConfig.builder(LOCAL, CLUSTER)
                .peerUrls(List.of(URI.create("http://10.0.0.1:2380"), URI.create("http://10.0.0.2:2380")))
                .linkHeartbeatInterval(Duration.ofMillis(50))
                .streamTimeout(Duration.ofSeconds(20))
                .dialTimeout(Duration.ofSeconds(10))
                .redial(Duration.ofMillis(10), Duration.ofMillis(40), Duration.ofMillis(100))
                .probeInterval(Duration.ofMinutes(10));
    }

    /** The same in etcd's dialect. */
    static TransportConfig.Builder pullConfig() {
        return config().peerDialect(Dialect.ETCD).pullStreams(Duration.ofSeconds(20), Duration.ofMillis(10));
    }

    static PeerManager started(TransportConfig.Builder config, RaftCallback reports, URI... urls) {
        PeerManager manager = new PeerManager(config.build(), reports);
        manager.addPeer(REMOTE, List.of(urls));
        manager.start();
        return manager;
    }

    static PeerStatus peer(TransportMonitor transport) {
        return transport.status().peers().get(0);
    }

    static LaneStatus lane(TransportMonitor transport, Lane lane) {
        return Objects.requireNonNull(peer(transport).lanes().get(lane));
    }

    static Message heartbeat(long commit) {
        return message(MessageType.MsgHeartbeat).setCommit(commit).build();
    }

    static Message app(long index) {
        return app(index, 8);
    }

    static Message app(long index, int dataBytes) {
        Entry entry = Entry.newBuilder()
                .setTerm(1)
                .setIndex(index + 1)
                .setData(ByteString.copyFrom(new byte[dataBytes]))
                .build();
        return message(MessageType.MsgApp)
                .setIndex(index)
                .setLogTerm(1)
                .setCommit(index)
                .addEntries(entry)
                .build();
    }

    /** The same message, from the peer to the member under test. */
    static Message fromPeer(Message message) {
        return message.toBuilder().setFrom(REMOTE.value()).setTo(LOCAL.value()).build();
    }

    static Message snapshot(long index) {
        return message(MessageType.MsgSnap)
                .setSnapshot(Snapshot.newBuilder()
                        .setMetadata(SnapshotMetadata.newBuilder().setIndex(index)))
                .build();
    }

    private static Message.Builder message(MessageType type) {
        return Message.newBuilder()
                .setType(type)
                .setFrom(LOCAL.value())
                .setTo(REMOTE.value())
                .setTerm(1);
    }
}
