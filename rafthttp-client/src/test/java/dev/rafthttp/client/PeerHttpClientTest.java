package dev.rafthttp.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.eclipse.jetty.client.HttpClient;
import org.junit.jupiter.api.Test;

class PeerHttpClientTest {

    @Test
    void shouldKeepNothingOfAnAddressWhenItIsNoLongerAsked() throws Exception {
        ExecutorService executor = Executors.newCachedThreadPool();
        PeerHttpClient clients = new PeerHttpClient(
                Transports.config().probeInterval(Duration.ofMillis(100)).build(), executor, Optional.empty());
        HttpClient http = clients.jetty();
        try (ScriptedPeer peer = ScriptedPeer.listening()) {
            clients.start();
            assertThat(http.newRequest(peer.url()).send().getStatus()).isEqualTo(404);
            assertThat(http.getDestinations()).hasSize(1);

            await().until(() -> http.getDestinations().isEmpty());

            assertThat(peer.open()).isZero();
        } finally {
            clients.stop();
            executor.shutdown();
        }
    }
}
