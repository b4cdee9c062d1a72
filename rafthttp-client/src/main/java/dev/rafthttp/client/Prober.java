package dev.rafthttp.client;

import dev.rafthttp.PeerStatus.ProbeStatus;
import dev.rafthttp.Protocol;
import dev.rafthttp.peer.Peer;
import dev.rafthttp.peer.PeerEnvironment;
import dev.rafthttp.runtime.Backoff;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.eclipse.jetty.client.BufferingResponseListener;
import org.eclipse.jetty.client.HttpClient;
import org.eclipse.jetty.client.Result;
import org.eclipse.jetty.http.HttpStatus;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks one peer for its time at intervals, and so learns whether the peer answers, how fast, and how far its clock
 * differs; etcd's {@code addPeerToProber}. One probe at a time.
 */
final class Prober {
    private static final Logger LOG = LoggerFactory.getLogger(Prober.class);

    private static final int MAX_ANSWER_BYTES = 4 << 10;

    /** WIRE: {@code {"OK":true,"Now":"2015-10-21T07:28:00.123456789Z"}}; a probe reads nothing else of the JSON. */
    private static final Pattern NOW = Pattern.compile("\"Now\"\\s*:\\s*\"([^\"]{1,64})\"");

    /** A larger difference is logged, as in etcd, because leases and logs begin to look wrong. */
    private static final Duration MAX_CLOCK_DIFFERENCE = Duration.ofSeconds(1);

    private final PeerEnvironment environment;
    private final HttpClient http;
    private final Peer peer;
    private boolean lastHealthy = true;
    private volatile boolean closed;

    Prober(PeerEnvironment environment, HttpClient http, Peer peer) {
        this.environment = environment;
        this.http = http;
        this.peer = peer;
    }

    /** Begins to probe. Call once. */
    void start() {
        long interval = environment.config().probeInterval().toNanos();
        // Begins after a random time, so that members that start together do not probe together.
        environment.scheduler().schedule(this::probe, Backoff.jitter(interval, environment.random()));
    }

    void close() {
        closed = true;
    }

    private void probe() {
        if (closed) {
            return;
        }
        URI url = peer.urls().pick();
        long interval = environment.config().probeInterval().toNanos();
        try {
            ask(url, interval);
        } catch (RuntimeException | Error e) {
            LOG.error("peer {} at {} could not be probed", peer.id(), url, e);
            probeAfter(interval);
        }
    }

    private void probeAfter(long nanos) {
        if (!closed) {
            environment.scheduler().schedule(this::probe, nanos);
        }
    }

    private void ask(URI url, long interval) {
        long start = environment.scheduler().nanoTime();
        http.newRequest(url)
                .path(Protocol.PROBING_PATH)
                .timeout(interval, TimeUnit.NANOSECONDS)
                .send(new BufferingResponseListener(MAX_ANSWER_BYTES) {
                    @Override
                    public void onComplete(Result result) {
                        long roundTrip = Math.max(1, environment.scheduler().nanoTime() - start);
                        boolean healthy =
                                result.isSucceeded() && result.getResponse().getStatus() == HttpStatus.OK_200;
                        try {
                            probed(url, healthy, roundTrip, healthy ? getContentAsString(StandardCharsets.UTF_8) : "");
                        } finally {
                            probeAfter(interval);
                        }
                    }
                });
    }

    private void probed(URI url, boolean healthy, long roundTripNanos, String body) {
        if (closed) {
            return;
        }
        if (healthy != lastHealthy) {
            lastHealthy = healthy;
            LOG.info("peer {} at {} {} probes", peer.id(), url, healthy ? "answers" : "does not answer");
        }
        if (!healthy) {
            peer.probed(new ProbeStatus(false, 0, 0));
            return;
        }
        // A long of nanoseconds holds 292 years. TimeUnit converts a larger difference, such as to Go's zero time, to
        // the largest long.
        Instant expected = environment.scheduler().now().minusNanos(roundTripNanos / 2);
        Duration difference =
                timeIn(body).map(theirs -> Duration.between(expected, theirs)).orElse(Duration.ZERO);
        if (difference.abs().compareTo(MAX_CLOCK_DIFFERENCE) > 0) {
            LOG.warn(
                    "the clock of peer {} differs from ours by {} ms",
                    peer.id(),
                    TimeUnit.MILLISECONDS.convert(difference));
        }
        peer.probed(new ProbeStatus(true, roundTripNanos, TimeUnit.NANOSECONDS.convert(difference)));
    }

    private Optional<Instant> timeIn(String body) {
        Matcher matcher = NOW.matcher(body);
        if (!matcher.find()) {
            return Optional.empty();
        }
        try {
            return Optional.of(OffsetDateTime.parse(matcher.group(1)).toInstant());
        } catch (DateTimeParseException e) {
            LOG.debug("peer {} gives its time as \"{}\", which is not RFC 3339", peer.id(), matcher.group(1));
            return Optional.empty();
        }
    }

    @Override
    public String toString() {
        return "prober of peer " + peer.id() + (closed ? ", closed" : lastHealthy ? ", answered" : ", not answered");
    }
}
