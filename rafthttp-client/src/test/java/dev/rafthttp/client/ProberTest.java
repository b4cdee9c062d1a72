package dev.rafthttp.client;

import static dev.rafthttp.client.ScriptedPeer.PROBE;
import static dev.rafthttp.client.Transports.config;
import static dev.rafthttp.client.Transports.peer;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;

import dev.rafthttp.PeerStatus.ProbeStatus;
import dev.rafthttp.fixture.LogLines;
import java.io.IOException;
import java.io.OutputStream;
import java.net.SocketException;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ProberTest {
    private final Reports reports = new Reports();
    private final LogLines log = LogLines.of(Prober.class);
    private final ScriptedPeer peer;
    private PeerManager manager = new PeerManager(config().build(), reports);

    ProberTest() throws IOException {
        peer = ScriptedPeer.listening();
    }

    @AfterEach
    void close() {
        manager.close();
        peer.close();
        log.close();
    }

    private void start() {
        manager = Transports.started(config().probeInterval(Duration.ofMillis(200)), reports, peer.url());
    }

    private void answer(String body) {
        peer.answer(PROBE, ok("application/json", body));
    }

    private static String ok(String type, String body) {
        return "HTTP/1.1 200 OK\r\nContent-Type: " + type + "\r\nContent-Length: " + body.length() + "\r\n\r\n" + body;
    }

    private ProbeStatus awaitProbe() {
        await().until(() -> peer(manager).probe().isPresent());
        return peer(manager).probe().orElseThrow();
    }

    /** Waits until so many more probes have been answered, of which all but the last have been evaluated too. */
    private void awaitMoreProbes(int count) {
        int before = peer.heads(PROBE).size();
        await().until(() -> peer.heads(PROBE).size() >= before + count);
    }

    @Test
    void shouldMeasureTheRoundTripAndTheClockWhenThePeerAnswers() {
        peer.on(PROBE, (head, in, out) -> {
            Instant theirs = Instant.now().plusSeconds(3600);
            out.write(RequestHead.ascii(ok("application/json", "{\"OK\":true,\"Now\":\"" + theirs + "\"}\n")));
        });
        start();

        ProbeStatus probe = awaitProbe();

        assertThat(probe.healthy()).isTrue();
        assertThat(probe.roundTripNanos()).isPositive();
        assertThat(Duration.ofNanos(probe.clockDifferenceNanos()))
                .isCloseTo(Duration.ofHours(1), Duration.ofMinutes(1));
        assertThat(log.texts())
                .anySatisfy(line -> assertThat(line).startsWith("the clock of peer b2 differs from ours by 3"));
    }

    @Test
    void shouldReadTheTimeWhenItIsInAnotherZone() {
        peer.on(PROBE, (head, in, out) -> {
            Instant theirs = Instant.now().plusSeconds(2 * 3600);
            String wrongZone = theirs.toString().replace("Z", "+02:00");
            out.write(RequestHead.ascii(ok("application/json", "{\"OK\": true, \"Now\": \"" + wrongZone + "\"}")));
        });
        start();

        assertThat((double) awaitProbe().clockDifferenceNanos()).isCloseTo(0, within(6e10));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "garbage",
                "{\"OK\":true}",
                "{\"OK\":true,\"Now\":\"\"}",
                "{\"OK\":true,\"Now\":\"yesterday\"}",
                "{\"OK\":true,\"Now\":",
            })
    void shouldCountAsHealthyWithUnknownClockWhenTheTimeCannotBeRead(String body) {
        answer(body);
        start();

        assertThat(awaitProbe().healthy()).isTrue();
        assertThat(awaitProbe().clockDifferenceNanos()).isZero();
        awaitMoreProbes(2);
    }

    @ParameterizedTest
    @ValueSource(strings = {"0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z", "-999999999-01-01T00:00:00Z"})
    void shouldGoOnProbingWhenTheirTimeIsBeyondWhatNanosecondsCanTell(String now) {
        answer("{\"OK\":true,\"Now\":\"" + now + "\"}");
        start();

        awaitMoreProbes(3);
        assertThat(awaitProbe().healthy()).isTrue();
        assertThat(Duration.ofNanos(awaitProbe().clockDifferenceNanos()).abs()).isGreaterThan(Duration.ofDays(36_500));
    }

    @Test
    void shouldGoOnProbingWhenTheAnswerNamesNoKnownCharset() {
        peer.answer(PROBE, ok("application/json; charset=no-such-charset", "{\"OK\":true}"));
        start();

        awaitMoreProbes(3);
    }

    @ParameterizedTest
    @ValueSource(ints = {404, 500, 503, 204, 307})
    void shouldCountAsUnhealthyWhenTheStatusIsNot200(int status) {
        peer.answer(PROBE, "HTTP/1.1 " + status + " No\r\n" + (status == 204 ? "" : "Content-Length: 0\r\n") + "\r\n");
        start();

        assertThat(awaitProbe()).isEqualTo(new ProbeStatus(false, 0, 0));
    }

    @Test
    void shouldCountAsUnhealthyWhenThePeerHangsUpOrIsMute() {
        peer.on(PROBE, (head, in, out) -> {
            throw new SocketException("hang up");
        });
        start();
        assertThat(awaitProbe()).isEqualTo(new ProbeStatus(false, 0, 0));

        peer.on(PROBE, (head, in, out) -> in.transferTo(OutputStream.nullOutputStream()));

        awaitMoreProbes(3);
        assertThat(awaitProbe()).isEqualTo(new ProbeStatus(false, 0, 0));
    }

    @Test
    void shouldLogOnlyChangesWhenThePeerComesAndGoes() {
        peer.answer(PROBE, "HTTP/1.1 503 No\r\nContent-Length: 0\r\n\r\n");
        start();
        awaitMoreProbes(3);
        answer("{\"OK\":true}");
        await().until(() -> awaitProbe().healthy());
        awaitMoreProbes(2);

        assertThat(log.texts())
                .containsExactly(
                        "peer b2 at " + peer.url() + " does not answer probes",
                        "peer b2 at " + peer.url() + " answers probes");
    }

    @Test
    void shouldProbeNoMoreWhenThePeerIsRemoved() {
        answer("{\"OK\":true}");
        start();
        awaitMoreProbes(1);

        manager.removePeer(Transports.REMOTE);

        int probes = peer.heads(PROBE).size();
        await().during(Duration.ofMillis(600)).until(() -> peer.heads(PROBE).size() <= probes + 1);
    }
}
