package dev.rafthttp.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rafthttp.Dialect;
import dev.rafthttp.fixture.LogLines;
import dev.rafthttp.fixture.Surroundings;
import dev.rafthttp.peer.Peer;
import dev.rafthttp.peer.PeerEnvironment;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.eclipse.jetty.client.HttpClient;
import org.eclipse.jetty.client.Request;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/** A probe that throws, in virtual time: the next one comes all the same. */
class ProberFailureTest {
    private static final Duration INTERVAL = Duration.ofSeconds(5);

    static final List<Throwable> FAILURES =
            List.of(new IllegalStateException("broken"), new StackOverflowError("deep"), new OutOfMemoryError("full"));

    private final Surroundings surroundings = new Surroundings();
    private final AtomicInteger probes = new AtomicInteger();

    private Prober prober(HttpClient http) {
        PeerEnvironment environment = surroundings.environment(builder -> builder.probeInterval(INTERVAL));
        Peer peer = new Peer(
                environment,
                Transports.REMOTE,
                List.of(Transports.NOWHERE),
                Dialect.PUSH,
                false,
                (url, message, outcome) -> outcome.failed(new IllegalStateException("nothing is posted")));
        return new Prober(environment, http, peer);
    }

    private HttpClient throwing(Throwable failure) {
        return new ThrowingClient(failure);
    }

    private final class ThrowingClient extends HttpClient {
        private final Throwable failure;

        ThrowingClient(Throwable failure) {
            this.failure = failure;
        }

        @Override
        public Request newRequest(URI uri) {
            probes.incrementAndGet();
            if (failure instanceof Error error) {
                throw error;
            }
            throw (RuntimeException) failure;
        }

        /** It was never started. */
        @Override
        public void close() {}
    }

    @ParameterizedTest
    @FieldSource("FAILURES")
    void shouldProbeAgainAfterEachIntervalWhenAProbeThrows(Throwable failure) {
        try (LogLines log = LogLines.of(Prober.class)) {
            prober(throwing(failure)).start();
            surroundings.scheduler.advance(INTERVAL);
            assertThat(probes).hasValue(1);

            surroundings.scheduler.advance(INTERVAL.multipliedBy(3));

            assertThat(probes).hasValue(4);
            assertThat(log.texts())
                    .hasSize(4)
                    .allSatisfy(line ->
                            assertThat(line).isEqualTo("peer b2 at " + Transports.NOWHERE + " could not be probed"));
        }
    }

    @Test
    void shouldProbeNoMoreWhenItIsClosedAfterAProbeThrew() {
        try (LogLines log = LogLines.of(Prober.class)) {
            Prober prober = prober(throwing(new IllegalStateException("broken")));
            prober.start();
            surroundings.scheduler.advance(INTERVAL);

            prober.close();
            surroundings.scheduler.advance(INTERVAL.multipliedBy(3));

            assertThat(probes).hasValue(1);
            assertThat(log.texts()).hasSize(1);
        }
    }
}
