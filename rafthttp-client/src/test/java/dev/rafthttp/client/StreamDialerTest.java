package dev.rafthttp.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rafthttp.Dialect;
import dev.rafthttp.Lane;
import dev.rafthttp.TransportConfig;
import dev.rafthttp.fixture.ManualExecutor;
import dev.rafthttp.fixture.RecordingCallback;
import dev.rafthttp.fixture.VirtualScheduler;
import dev.rafthttp.metrics.TransportMetrics;
import dev.rafthttp.peer.Peer;
import dev.rafthttp.peer.PeerEnvironment;
import dev.rafthttp.peer.StreamCoupler;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import org.eclipse.jetty.client.HttpClient;
import org.eclipse.jetty.util.component.LifeCycle;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** When a lane is dialled again, in virtual time. No dial gets further than the lookup of the peer's address, which never ends. */
class StreamDialerTest {
    private static final Duration MIN = Duration.ofMillis(100);
    private static final Duration MAX = Duration.ofSeconds(1);

    private final VirtualScheduler time = new VirtualScheduler();
    private final ManualExecutor dials = new ManualExecutor();
    private final HttpClient http = new HttpClient();
    private final StreamDialer dialer;

    StreamDialerTest() {
        TransportConfig config = Transports.config()
                .redial(MIN, MAX, Duration.ofSeconds(5))
                .dialTimeout(Duration.ofHours(1))
                .build();
        PeerEnvironment environment = new PeerEnvironment(
                config, new RecordingCallback(), time, dials, new Random(1), TransportMetrics.NONE, StreamCoupler.NONE);
        Peer peer = new Peer(
                environment,
                Transports.REMOTE,
                List.of(Transports.NOWHERE),
                Dialect.PUSH,
                false,
                (url, message, outcome) -> outcome.failed(new IllegalStateException("nothing is posted")));
        RequestHeaders headers = new RequestHeaders(config, new UUID(1, 2));
        dialer = new StreamDialer(environment, http, headers, peer, Lane.MESSAGE);
    }

    @BeforeEach
    void start() {
        http.setSocketAddressResolver((host, port, context, promise) -> {});
        LifeCycle.start(http);
    }

    @AfterEach
    void stop() {
        dialer.close();
        LifeCycle.stop(http);
    }

    /** How long after the stream's end it is dialled again. */
    private Duration pauseAfterEnd() {
        dialer.lost();
        Duration pause = Duration.ZERO;
        while (dials.pending() == 0) {
            time.advance(Duration.ofMillis(1));
            pause = pause.plusMillis(1);
        }
        dials.runNext();
        return pause;
    }

    @Test
    void shouldWaitLongerEachTimeWhenStreamsEndAsSoonAsTheyAreAccepted() {
        Duration first = pauseAfterEnd();
        for (int i = 0; i < 6; i++) {
            pauseAfterEnd();
        }
        Duration last = pauseAfterEnd();

        assertThat(first).isLessThanOrEqualTo(MIN);
        assertThat(last).isBetween(MAX.dividedBy(2), MAX);
    }

    @Test
    void shouldDialAtOnceAgainWhenAStreamHasLivedForTheLongestPause() {
        for (int i = 0; i < 8; i++) {
            pauseAfterEnd();
        }

        time.advance(MAX.minusMillis(1));
        assertThat(pauseAfterEnd()).isGreaterThanOrEqualTo(MAX.dividedBy(2));
        time.advance(MAX);
        assertThat(pauseAfterEnd()).isLessThanOrEqualTo(MIN);
    }
}
