package dev.rafthttp.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.management.UnixOperatingSystemMXBean;
import dev.rafthttp.Dialect;
import dev.rafthttp.StreamType;
import dev.rafthttp.coupling.StreamCoupler;
import dev.rafthttp.peer.Peer;
import dev.rafthttp.raftpb.Message;
import dev.rafthttp.raftpb.MessageType;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** Streams that peers ask for and let go, in every way they can, leave nothing behind. */
class OutboundLeakTest {
    private static final int WARM_UP = 30;
    private static final int CYCLES = 250;

    @Test
    void shouldLeaveNoThreadOrConnectionBehindWhenStreamsOpenAndEnd() throws Exception {
        try (ReceivingMember member = new ReceivingMember(
                ReceivingMember.ID,
                ReceivingMember.PEER,
                Dialect.ETCD,
                StreamCoupler.NONE,
                builder -> builder.linkHeartbeatInterval(Duration.ofMillis(20))
                        .pullStreams(Duration.ofMillis(300), Duration.ofMillis(100)))) {
            for (int i = 0; i < WARM_UP; i++) {
                openAndEnd(member, i);
            }
            await().until(() -> member.connections() == 0);
            int threads = member.threads().getBusyThreads();
            long files = openFiles();

            for (int i = 0; i < CYCLES; i++) {
                openAndEnd(member, i);
            }

            await().atMost(Duration.ofSeconds(20)).untilAsserted(() -> {
                assertThat(member.connections()).isZero();
                assertThat(member.threads().getBusyThreads()).isLessThanOrEqualTo(threads);
                assertThat(openFiles()).isLessThanOrEqualTo(files);
            });
        }
    }

    private static void openAndEnd(ReceivingMember member, int cycle) throws Exception {
        StreamType type = cycle % 2 == 0 ? StreamType.MESSAGE : StreamType.MSGAPP;
        Message message = Message.newBuilder()
                .setType(type == StreamType.MESSAGE ? MessageType.MsgHeartbeat : MessageType.MsgApp)
                .setFrom(ReceivingMember.ID.value())
                .setTo(ReceivingMember.PEER.value())
                .build();
        try (ScriptedPeer peer = ScriptedPeer.onPull(member, type)) {
            Peer reader = Objects.requireNonNull(member.peers.get(ReceivingMember.PEER));
            // The head of the answer comes a moment before.
            await().pollDelay(Duration.ZERO).pollInterval(Duration.ofMillis(1)).until(() -> reader.isAttached(type));
            reader.send(message);
            switch (cycle % 3) {
                case 0 -> peer.readBytes(1);
                case 1 -> {
                    try (ScriptedPeer newer = ScriptedPeer.onPull(member, type)) {
                        assertThat(peer.isCut()).isTrue();
                        newer.readBytes(1);
                    }
                }
                default -> {
                    member.removePeer(ReceivingMember.PEER);
                    member.addPeer(ReceivingMember.PEER);
                    assertThat(peer.isCut()).isTrue();
                }
            }
        }
    }

    private static long openFiles() {
        return ((UnixOperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean()).getOpenFileDescriptorCount();
    }
}
