package dev.rafthttp.sidecar.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.rafthttp.Dialect;
import dev.rafthttp.HeapLimits;
import dev.rafthttp.Lane;
import dev.rafthttp.MemberId;
import dev.rafthttp.TransportConfig;
import dev.rafthttp.fixture.RecordingCallback;
import dev.rafthttp.options.LogNames;
import dev.rafthttp.raftpb.Message;
import dev.rafthttp.raftpb.MessageType;
import dev.rafthttp.sidecar.relay.standin.DirectionCounts;
import dev.rafthttp.sidecar.relay.standin.RelayMember;
import dev.rafthttp.sidecar.relay.standin.Topology;
import dev.rafthttp.transport.JettyRaftTransport;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Messages that Raft forwards with the {@code from} of another member: c sends a what b first took. They go the way of c's own,
 * also where nothing stands for b.
 */
class ForwardedMessagesTest {
    private static final List<MessageType> FORWARDED =
            List.of(MessageType.MsgProp, MessageType.MsgReadIndex, MessageType.MsgTransferLeader);
    private static final Duration LIMIT = Duration.ofSeconds(20);

    private final List<AutoCloseable> running = new ArrayList<>();

    /** Where a member really listens; nobody is there for b. */
    private final Map<MemberId, URI> targets =
            Map.of(Relays.A, Relays.freeUrl(), Relays.B, Relays.freeUrl(), Relays.C, Relays.freeUrl());

    /** Where a and c look for the members. */
    private Map<MemberId, URI> frontsOfA = Map.of();

    private Map<MemberId, URI> frontsOfC = Map.of();

    private final RecordingCallback inboxOfA = new RecordingCallback();

    @TempDir
    private Path folder;

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable each : running) {
            each.close();
        }
    }

    @Test
    void shouldLeaveByTheSendersUplinkWhenTheRelayIsBesideTheSender() {
        Map<MemberId, URI> uplinks =
                Map.of(Relays.A, Relays.freeUrl(), Relays.B, Relays.freeUrl(), Relays.C, Relays.freeUrl());
        Relay besideA = beside(Relays.A, uplinks);
        Relay besideC = beside(Relays.C, uplinks);

        forwardFromC();

        assertForwarded(besideC);
        assertForwarded(besideA);
    }

    @Test
    void shouldLeaveByTheSendersStandInWhenTheRelayIsAlone() {
        Map<MemberId, URI> fronts = fronts();
        Relay alone = start(new Relay(
                new LogNames(),
                new RelayOptions(
                        Relays.alone(),
                        members(fronts, targets),
                        Relays.freeUrl(),
                        Optional.empty(),
                        Duration.ofSeconds(2),
                        folder,
                        HeapLimits.OF_JVM)));
        frontsOfA = fronts;
        frontsOfC = fronts;

        forwardFromC();

        assertForwarded(alone);
    }

    private static Map<MemberId, URI> fronts() {
        return Map.of(Relays.A, Relays.freeUrl(), Relays.B, Relays.freeUrl(), Relays.C, Relays.freeUrl());
    }

    private Relay beside(MemberId local, Map<MemberId, URI> uplinks) {
        Map<MemberId, URI> fronts = fronts();
        if (local.equals(Relays.A)) {
            frontsOfA = fronts;
        } else {
            frontsOfC = fronts;
        }
        List<RelayMember> members = new ArrayList<>();
        fronts.forEach((id, front) ->
                members.add(Relays.member(id, front, id.equals(local) ? targets.get(id) : uplinks.get(id))));
        return start(new Relay(
                new LogNames(),
                new RelayOptions(
                        new Topology(Relays.CLUSTER, Optional.of(local), Optional.of(uplinks.get(local))),
                        members,
                        Relays.freeUrl(),
                        Optional.empty(),
                        Duration.ofSeconds(2),
                        folder.resolve(local.toString()),
                        HeapLimits.OF_JVM)));
    }

    private static List<RelayMember> members(Map<MemberId, URI> fronts, Map<MemberId, URI> nextHops) {
        List<RelayMember> members = new ArrayList<>();
        fronts.forEach((id, front) -> members.add(Relays.member(id, front, nextHops.get(id))));
        return members;
    }

    private Relay start(Relay relay) {
        running.add(relay);
        relay.start();
        return relay;
    }

    /** An etcd member, as far as its transport goes. */
    private JettyRaftTransport member(MemberId id, Map<MemberId, URI> fronts, RecordingCallback inbox) {
        URI target = targets.get(id);
        JettyRaftTransport transport = JettyRaftTransport.builder(
                        TransportConfig.builder(id, Relays.CLUSTER)
                                .peerUrls(List.of(fronts.get(id)))
                                .peerDialect(Dialect.ETCD)
                                .build(),
                        inbox)
                .listen(target.getHost(), target.getPort())
                .build();
        running.add(0, transport);
        fronts.forEach((peer, front) -> {
            if (!peer.equals(id)) {
                transport.addPeer(peer, List.of(front));
            }
        });
        transport.start();
        return transport;
    }

    private void forwardFromC() {
        JettyRaftTransport a = member(Relays.A, frontsOfA, inboxOfA);
        JettyRaftTransport c = member(Relays.C, frontsOfC, new RecordingCallback());
        // By the stream, not by a post.
        await().atMost(LIMIT).until(() -> isAttached(c) && isAttached(a));
        for (MessageType type : FORWARDED) {
            c.send(Message.newBuilder()
                    .setType(type)
                    .setTo(Relays.A.value())
                    .setFrom(Relays.B.value())
                    .build());
        }
        // Behind them on the same stream: what has not come by then is lost.
        c.send(Message.newBuilder()
                .setType(MessageType.MsgHeartbeat)
                .setTo(Relays.A.value())
                .setFrom(Relays.C.value())
                .setTerm(1)
                .build());
        await().atMost(LIMIT)
                .until(() -> inboxOfA.processed().stream().anyMatch(m -> m.getType() == MessageType.MsgHeartbeat));
    }

    private static boolean isAttached(JettyRaftTransport transport) {
        return transport.status().peers().stream()
                .anyMatch(peer -> peer.lanes().get(Lane.MESSAGE).attached());
    }

    /** Each counts as c's, coming and going. MsgProp passes a queue of its own. */
    private void assertForwarded(Relay relay) {
        await().atMost(LIMIT)
                .untilAsserted(() -> assertThat(
                                relay.traffic().of(Relays.C, Relays.A).types())
                        .containsAllEntriesOf(Map.of(
                                MessageType.MsgProp, new DirectionCounts.TypeCounts(1, 1, Map.of()),
                                MessageType.MsgReadIndex, new DirectionCounts.TypeCounts(1, 1, Map.of()),
                                MessageType.MsgTransferLeader, new DirectionCounts.TypeCounts(1, 1, Map.of()))));
        assertThat(relay.traffic().of(Relays.B, Relays.A).types()).isEmpty();
        await().atMost(LIMIT)
                .untilAsserted(() -> assertThat(inboxOfA.processed())
                        .filteredOn(message -> message.getFrom() == Relays.B.value())
                        .extracting(Message::getType)
                        .containsExactlyInAnyOrderElementsOf(FORWARDED));
        assertThat(inboxOfA.senders()).containsOnly(Relays.C);
    }
}
