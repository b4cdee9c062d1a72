package dev.rafthttp.client;

import static dev.rafthttp.client.ScriptedPeer.POST;
import static dev.rafthttp.client.ScriptedPeer.STREAM_MESSAGE;
import static dev.rafthttp.client.ScriptedPeer.STREAM_MSGAPP;
import static dev.rafthttp.client.Transports.NOWHERE;
import static dev.rafthttp.client.Transports.REMOTE;
import static dev.rafthttp.client.Transports.config;
import static dev.rafthttp.client.Transports.heartbeat;
import static dev.rafthttp.client.Transports.lane;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.rafthttp.DropReason;
import dev.rafthttp.Lane;
import dev.rafthttp.TransportConfig;
import dev.rafthttp.fixture.LogLines;
import java.io.IOException;
import java.io.OutputStream;
import java.net.SocketException;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A dial that the peer refuses, or never answers, and the dials after it. */
class RefusedDialTest {
    /** Long enough that no test sees a second dial after a refusal that is slow to be retried. */
    private static final Duration NEVER = Duration.ofMinutes(10);

    private final Reports reports = new Reports();
    private final LogLines log = LogLines.of(StreamDialer.class);
    private final ScriptedPeer peer;
    private PeerManager manager = new PeerManager(config().build(), reports);

    RefusedDialTest() throws IOException {
        peer = ScriptedPeer.listening();
    }

    @AfterEach
    void close() {
        manager.close();
        peer.close();
        log.close();
    }

    private void start(TransportConfig.Builder config, URI... urls) {
        manager = Transports.started(config, reports, urls);
    }

    private void refuse(String status, String body) {
        for (String request : List.of(STREAM_MSGAPP, STREAM_MESSAGE)) {
            peer.on(request, (head, in, out) -> out.write(RequestHead.ascii(refusal(status, body))));
        }
    }

    /** As etcd words it: a body with a newline. */
    private static String refusal(String status, String body) {
        String line = body.isEmpty() ? "" : body + "\n";
        return "HTTP/1.1 " + status + "\r\nX-Server-Version: 3.6.0\r\nX-Etcd-Cluster-ID: dead\r\n"
                + "Content-Type: text/plain; charset=utf-8\r\nContent-Length: " + line.length() + "\r\n\r\n" + line;
    }

    @ParameterizedTest
    @CsvSource({
        "410 Gone, removed member, this member has been removed from the cluster (410)",
        "412 Precondition Failed, cluster ID mismatch, 'belongs to another cluster, dead'",
        "412 Precondition Failed, incompatible version, does not work with this member's version",
        "412 Precondition Failed, to field mismatch, is another member than the one that was dialled",
    })
    void shouldDialSlowlyWhenTheRefusalIsPermanent(String status, String body, String logged) {
        refuse(status, body);
        start(config().redial(Duration.ofMillis(1), Duration.ofMillis(1), NEVER), peer.url());

        await().untilAsserted(() -> assertThat(log.texts())
                .hasSize(2)
                .allSatisfy(
                        line -> assertThat(line).contains("stream to peer b2: ").contains(logged)));
        // Were it retried at the pace of others, a thousand dials would have come within this time.
        await().during(Duration.ofMillis(500))
                .until(() -> peer.heads(STREAM_MESSAGE).size() == 1);
    }

    @ParameterizedTest
    @CsvSource({
        "403 Forbidden, RBAC: access denied",
        "403 Forbidden, cannot process message from removed member",
        "404 Not Found, error sender not found",
        "404 Not Found, invalid path",
        "405 Method Not Allowed, Method Not Allowed",
        "412 Precondition Failed, something newer",
        "500 Internal Server Error, error processing raft message",
        "503 Service Unavailable, ''",
    })
    void shouldDialSoonAndLogOnceWhenTheRefusalMayPass(String status, String body) {
        refuse(status, body);
        start(config().redial(Duration.ofMillis(10), Duration.ofMillis(20), NEVER), peer.url());

        await().until(() -> peer.heads(STREAM_MESSAGE).size() >= 5
                && peer.heads(STREAM_MSGAPP).size() >= 5);
        assertThat(log.texts())
                .hasSize(2)
                .allSatisfy(
                        line -> assertThat(line).endsWith(" answered " + status.substring(0, 3) + " \"" + body + "\""));
        assertThat(reports.unreachable()).contains(REMOTE);
        assertThat(reports.removals()).isEmpty();
    }

    @Test
    void shouldDialAgainWhenAPermanentRefusalIsNotSoPermanent() {
        refuse("412 Precondition Failed", "cluster ID mismatch");
        start(config(), peer.url());
        await().until(() -> peer.heads(STREAM_MESSAGE).size() >= 2);

        peer.acceptStreams();

        peer.awaitStream(Lane.MESSAGE);
        peer.awaitStream(Lane.MSGAPP);
    }

    @Test
    void shouldReadTheRefusalWhenItComesAfterTheContinue() {
        for (String request : List.of(STREAM_MSGAPP, STREAM_MESSAGE)) {
            peer.on(
                    request,
                    (head, in, out) -> out.write(RequestHead.ascii(
                            ScriptedStream.CONTINUE + refusal("412 Precondition Failed", "cluster ID mismatch"))));
        }
        start(config().redial(Duration.ofMillis(1), Duration.ofMillis(1), NEVER), peer.url());

        await().untilAsserted(() -> assertThat(log.texts())
                .hasSize(2)
                .allSatisfy(line -> assertThat(line).contains("belongs to another cluster, dead")));
    }

    @Test
    void shouldLogEveryChangeOfTheRefusalWhenItChanges() {
        peer.on(
                STREAM_MESSAGE,
                (head, in, out) -> out.write(RequestHead.ascii(refusal("404 Not Found", "error sender not found"))));
        start(config().redial(Duration.ofMillis(10), Duration.ofMillis(20), NEVER), peer.url());
        await().until(() -> peer.heads(STREAM_MESSAGE).size() >= 3);

        peer.on(STREAM_MESSAGE, (head, in, out) -> out.write(RequestHead.ascii(refusal("503 Not Now", ""))));

        await().untilAsserted(() -> assertThat(log.texts().stream().filter(line -> line.startsWith("no message")))
                .satisfiesExactly(
                        line -> assertThat(line).contains("answered 404"),
                        line -> assertThat(line).contains("answered 503")));
    }

    @Test
    void shouldLogEachUrlOnceWhenSeveralRefuse() throws IOException {
        refuse("404 Not Found", "error sender not found");
        try (ScriptedPeer other = ScriptedPeer.listening()) {
            start(config().redial(Duration.ofMillis(10), Duration.ofMillis(20), NEVER), peer.url(), other.url());

            await().until(() -> other.heads(STREAM_MESSAGE).size() >= 4
                    && other.heads(STREAM_MSGAPP).size() >= 4);
        }

        assertThat(log.texts().stream().filter(line -> line.contains("answered")))
                .hasSize(4);
    }

    @Test
    void shouldLogOnceWhenThePeerHangsUpEachTime() {
        for (String request : List.of(STREAM_MSGAPP, STREAM_MESSAGE)) {
            peer.on(request, (head, in, out) -> {
                throw new SocketException("hang up");
            });
        }
        start(config().redial(Duration.ofMillis(10), Duration.ofMillis(20), NEVER), peer.url());

        await().until(() -> peer.heads(STREAM_MESSAGE).size() >= 5
                && peer.heads(STREAM_MSGAPP).size() >= 5);
        assertThat(log.texts()).hasSize(2);
    }

    @Test
    void shouldLogOnceWhenNobodyListens() {
        start(config().redial(Duration.ofMillis(10), Duration.ofMillis(20), NEVER), NOWHERE);

        await().untilAsserted(() -> assertThat(log.texts()).hasSize(2));
        await().during(Duration.ofMillis(300)).until(() -> log.texts().size() == 2);
        assertThat(log.texts())
                .allSatisfy(line -> assertThat(line)
                        .contains("peer b2 cannot be reached at http://127.0.0.1:9")
                        .contains("Connection refused"));
    }

    @Test
    void shouldReportTheRemovalOnceWhenBothStreamsAndPostsAreTold() {
        refuse("410 Gone", "removed member");
        peer.answer(POST, refusal("403 Forbidden", "cannot process message from removed member"));
        start(config(), peer.url());
        await().until(() -> peer.heads(STREAM_MSGAPP).size() >= 2
                && peer.heads(STREAM_MESSAGE).size() >= 2);
        manager.send(heartbeat(1));
        await().until(() -> lane(manager, Lane.PIPELINE).dropped().size() == 1);

        assertThat(reports.removals())
                .singleElement()
                .satisfies(cause -> assertThat(cause).hasMessageContaining("peer b2 at " + peer.url()));
        assertThat(manager.status().removed())
                .hasValueSatisfying(removal -> assertThat(removal.reason()).contains("(410)"));
    }

    @ParameterizedTest
    @CsvSource({
        "403 Forbidden, RBAC: access denied",
        "403 Forbidden, ''",
        "403 Forbidden, cannot process message to mismatch member",
        "410 Gone, removed member",
    })
    void shouldNotReportARemovalWhenAPostIsRefusedInOtherWords(String status, String body) {
        refuse("404 Not Found", "error sender not found");
        peer.answer(POST, refusal(status, body));
        start(config(), peer.url());
        await().until(() -> !log.texts().isEmpty());

        manager.send(Transports.snapshot(1));

        await().until(() ->
                reports.snapshots().size() == 1 && reports.unreachable().contains(REMOTE));
        assertThat(lane(manager, Lane.PIPELINE).dropped()).containsEntry(DropReason.REFUSED, 1L);
        assertThat(reports.removals()).isEmpty();
        assertThat(manager.status().removed()).isEmpty();
    }

    @Test
    void shouldReportTheRemovalWhenOnlyAPostIsTold() {
        Instant started = Instant.now();
        peer.answer(POST, refusal("403 Forbidden", "cannot process message from removed member"));
        start(config(), peer.url());
        await().until(() -> !log.texts().isEmpty());

        manager.send(Transports.snapshot(1));

        await().untilAsserted(() -> assertThat(reports.removals()).hasSize(1));
        assertThat(manager.status().removed()).hasValueSatisfying(removal -> {
            assertThat(removal.toldBy()).isEqualTo(REMOTE);
            assertThat(removal.reason()).contains("peer b2 at " + peer.url()).contains("(403)");
            assertThat(removal.since()).isBetween(started, Instant.now());
        });
    }

    @Test
    void shouldDialTheNextUrlWhenOneFails() {
        peer.acceptStreams();
        start(config().redial(Duration.ofMillis(10), Duration.ofMillis(20), NEVER), NOWHERE, peer.url());

        peer.awaitStream(Lane.MESSAGE);
        peer.awaitStream(Lane.MSGAPP);
    }

    @Test
    void shouldDialTheNewUrlWhenThePeerIsUpdated() {
        peer.acceptStreams();
        start(config().redial(Duration.ofMillis(10), Duration.ofMillis(20), NEVER), NOWHERE);
        await().until(() -> !log.texts().isEmpty());

        manager.updatePeer(REMOTE, List.of(peer.url()));

        peer.awaitStream(Lane.MESSAGE);
        peer.awaitStream(Lane.MSGAPP);
    }

    @Test
    void shouldGiveUpTheDialWhenThePeerIsMute() {
        AtomicInteger hungUp = new AtomicInteger();
        for (String request : List.of(STREAM_MSGAPP, STREAM_MESSAGE)) {
            peer.on(request, (head, in, out) -> {
                in.transferTo(OutputStream.nullOutputStream());
                hungUp.incrementAndGet();
            });
        }
        start(config().dialTimeout(Duration.ofMillis(300)), peer.url());

        await().until(() -> peer.heads(STREAM_MESSAGE).size() >= 3);
        await().untilAsserted(() -> assertThat(hungUp).hasValueGreaterThanOrEqualTo(4));
        assertThat(log.texts())
                .hasSize(2)
                .allSatisfy(line ->
                        assertThat(line).endsWith("peer b2 at " + peer.url() + " did not accept within 300 ms"));
    }

    @Test
    void shouldGiveUpTheDialWhenThePeerContinuesButNeverAccepts() {
        peer.on(STREAM_MESSAGE, (head, in, out) -> {
            out.write(RequestHead.ascii(ScriptedStream.CONTINUE));
            in.transferTo(OutputStream.nullOutputStream());
        });
        start(config().dialTimeout(Duration.ofMillis(300)), peer.url());

        await().until(() -> peer.heads(STREAM_MESSAGE).size() >= 3);
        assertThat(log.texts())
                .anySatisfy(line -> assertThat(line)
                        .startsWith("no message stream to peer b2: ")
                        .endsWith(" did not accept within 300 ms"));
    }

    /** Jetty's client waits for the end of an answer that comes instead of the 100, and a stream's has none. */
    @Test
    void shouldGiveUpTheDialWhenThePeerAcceptsWithoutContinuing() {
        AtomicInteger bodyBytes = new AtomicInteger();
        peer.on(STREAM_MESSAGE, (head, in, out) -> {
            out.write(RequestHead.ascii(ScriptedStream.ACCEPTED));
            bodyBytes.addAndGet(in.readAllBytes().length);
        });
        start(config().dialTimeout(Duration.ofMillis(300)), peer.url());

        await().until(() -> peer.heads(STREAM_MESSAGE).size() >= 3);
        assertThat(bodyBytes).hasValue(0);
        assertThat(lane(manager, Lane.MESSAGE).attached()).isFalse();
    }
}
