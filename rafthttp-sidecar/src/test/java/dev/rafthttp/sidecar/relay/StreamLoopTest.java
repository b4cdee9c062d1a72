package dev.rafthttp.sidecar.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.management.UnixOperatingSystemMXBean;
import dev.rafthttp.HeapLimits;
import dev.rafthttp.options.LogNames;
import java.lang.management.ManagementFactory;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two relays whose next hop of a is the other one's front of a: whoever asks for a's stream is sent round. */
class StreamLoopTest {
    /** As often as an etcd member asks within some seconds. */
    private static final int TRIES = 60;

    private final URI frontOfOne = Relays.freeUrl();
    private final URI frontOfOther = Relays.freeUrl();
    private Relay one;
    private Relay other;

    @TempDir
    private Path folder;

    @BeforeEach
    void start() {
        one = relay("one", frontOfOne, frontOfOther);
        other = relay("other", frontOfOther, frontOfOne);
    }

    @AfterEach
    void close() {
        one.close();
        other.close();
    }

    private Relay relay(String name, URI front, URI target) {
        Relay relay = new Relay(
                new LogNames(),
                new RelayOptions(
                        Relays.alone(),
                        List.of(
                                Relays.member(Relays.A, front, target),
                                Relays.member(Relays.B, Relays.freeUrl(), Relays.freeUrl())),
                        Relays.freeUrl(),
                        Optional.empty(),
                        Duration.ofSeconds(2),
                        folder.resolve(name),
                        HeapLimits.OF_JVM));
        relay.start();
        return relay;
    }

    private static long openFiles() {
        return ((UnixOperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean()).getOpenFileDescriptorCount();
    }

    /** Asks for a's stream to b, as b does, and gives up the former request if it has not been answered. */
    private String ask(String lane) {
        try (RawConnection client = RawConnection.to(frontOfOne)) {
            client.send("GET /raft/stream/" + lane + "/b HTTP/1.1\nHost: a\nX-Server-From: b\nX-Server-Version: 3.6.0\n"
                    + "X-Min-Cluster-Version: 3.0.0\nX-Etcd-Cluster-ID: cafe\nX-Raft-To: a\n\n");
            return client.head().lines().findFirst().orElseThrow();
        }
    }

    @Test
    void shouldEndEachStreamAndKeepNothingWhenTwoRelaysLeadToEachOther() {
        for (String lane : List.of("msgapp", "message")) {
            assertThat(ask(lane)).doesNotContain(" 200 ");
        }
        long before = openFiles();

        for (int i = 0; i < TRIES / 2; i++) {
            for (String lane : List.of("msgapp", "message")) {
                assertThat(ask(lane)).doesNotContain(" 200 ");
            }
        }

        // Two per try if they were kept.
        await().atMost(Duration.ofSeconds(30))
                .untilAsserted(() -> assertThat(openFiles()).isLessThan(before + TRIES));
    }
}
