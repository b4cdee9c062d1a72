package dev.rafthttp.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.management.UnixOperatingSystemMXBean;
import dev.rafthttp.StreamType;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Streams that come and go, in every way they can go, leave nothing behind. */
class InboundLeakTest {
    private static final int WARM_UP = 30;
    private static final int CYCLES = 500;

    @Test
    void shouldLeaveNoThreadOrConnectionBehindWhenStreamsOpenAndEnd() throws Exception {
        try (ReceivingMember member = new ReceivingMember()) {
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
        Frames frames = new Frames(type);
        try (ScriptedPeer peer = ScriptedPeer.onStream(member, type)) {
            peer.sendChunk(frames.of(frames.message(1)));
            switch (cycle % 5) {
                case 0 -> {
                    peer.endBody();
                    peer.readToEndOfAnswer();
                }
                case 1 -> {
                    peer.sendChunk(new byte[] {-1, -1, -1, -1, -1, -1, -1, -1, -1});
                    assertThat(peer.isCut()).isTrue();
                }
                case 2 -> {
                    try (ScriptedPeer newer = ScriptedPeer.onStream(member, type)) {
                        assertThat(peer.isCut()).isTrue();
                        newer.sendChunk(frames.linkHeartbeats(1));
                    }
                }
                case 3 -> {
                    member.removePeer(ReceivingMember.PEER);
                    member.addPeer(ReceivingMember.PEER);
                    assertThat(peer.isCut()).isTrue();
                }
                default -> peer.sendChunk(frames.linkHeartbeats(1));
            }
        }
    }

    private static long openFiles() {
        return ((UnixOperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean()).getOpenFileDescriptorCount();
    }
}
