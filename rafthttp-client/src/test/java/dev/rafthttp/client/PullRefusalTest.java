package dev.rafthttp.client;

import static dev.rafthttp.client.ScriptedPeer.POST;
import static dev.rafthttp.client.ScriptedPeer.PULL_MESSAGE;
import static dev.rafthttp.client.ScriptedPeer.PULL_MSGAPP;
import static dev.rafthttp.client.Transports.LOCAL;
import static dev.rafthttp.client.Transports.NOWHERE;
import static dev.rafthttp.client.Transports.REMOTE;
import static dev.rafthttp.client.Transports.heartbeat;
import static dev.rafthttp.client.Transports.lane;
import static dev.rafthttp.client.Transports.pullConfig;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.rafthttp.Lane;
import dev.rafthttp.TransportConfig;
import dev.rafthttp.fixture.LogLines;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A stream of etcd's dialect that the peer does not let us read, and the dials after it. */
class PullRefusalTest {
    /** Long enough that no test sees a second dial after a refusal that is slow to be retried. */
    private static final Duration NEVER = Duration.ofMinutes(10);

    private final Reports reports = new Reports();
    private final LogLines log = LogLines.of(StreamDialer.class);
    private final ScriptedPeer peer;
    private PeerManager manager = new PeerManager(pullConfig().build(), reports);

    PullRefusalTest() throws IOException {
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

    /** Retries at once what may pass, and never what is permanent. */
    private static TransportConfig.Builder impatient() {
        return pullConfig()
                .pullStreams(Duration.ofSeconds(20), Duration.ofMillis(1))
                .redial(Duration.ofMillis(1), Duration.ofMillis(1), NEVER);
    }

    private void answerStreams(String bytes) {
        peer.answer(PULL_MSGAPP, bytes);
        peer.answer(PULL_MESSAGE, bytes);
    }

    /** As etcd 3.4.23 was seen to word it. */
    private static String refusal(String status, String body) {
        String line = body.isEmpty() ? "" : body + "\n";
        return "HTTP/1.1 " + status + "\r\nContent-Type: text/plain; charset=utf-8\r\n"
                + "X-Content-Type-Options: nosniff\r\nX-Etcd-Cluster-Id: dead\r\nX-Server-Version: 3.4.23\r\n"
                + "Content-Length: " + line.length() + "\r\n\r\n" + line;
    }

    private void awaitOneDialOfEachLane() {
        // Were it retried at the pace of others, hundreds of dials would have come within this time.
        await().during(Duration.ofMillis(500))
                .until(() -> peer.heads(PULL_MESSAGE).size() == 1
                        && peer.heads(PULL_MSGAPP).size() == 1);
    }

    @ParameterizedTest
    @CsvSource({
        "410 Gone, removed member, this member has been removed from the cluster (410)",
        "412 Precondition Failed, cluster ID mismatch, 'belongs to another cluster, dead'",
        "412 Precondition Failed, incompatible version, does not work with this member's version",
        "412 Precondition Failed, to field mismatch, is another member than the one that was dialled",
    })
    void shouldDialSlowlyAndLogOnceWhenTheRefusalIsPermanent(String status, String body, String logged) {
        answerStreams(refusal(status, body));
        start(impatient(), peer.url());

        await().untilAsserted(() -> assertThat(log.texts())
                .hasSize(2)
                .allSatisfy(
                        line -> assertThat(line).contains("stream to peer b2: ").contains(logged)));
        awaitOneDialOfEachLane();
    }

    @Test
    void shouldReportTheRemovalOnceWhenBothStreamsAreTold() {
        answerStreams(refusal("410 Gone", "removed member"));
        start(pullConfig(), peer.url());

        await().until(() ->
                peer.heads(PULL_MSGAPP).size() >= 3 && peer.heads(PULL_MESSAGE).size() >= 3);
        assertThat(reports.removals())
                .singleElement()
                .satisfies(cause -> assertThat(cause).hasMessageContaining("peer b2 at " + peer.url()));
    }

    @ParameterizedTest
    @CsvSource({
        "403 Forbidden, RBAC: access denied",
        "403 Forbidden, cannot process message from removed member",
        "404 Not Found, error sender not found",
        "404 Not Found, invalid path",
        "405 Method Not Allowed, Method Not Allowed",
        "412 Precondition Failed, something newer",
        "301 Moved Permanently, <a href=\"/raft/stream/\">Moved Permanently</a>.",
        "204 No Content, ''",
        "500 Internal Server Error, out of order",
        "503 Service Unavailable, ''",
    })
    void shouldDialSoonAndLogOnceWhenTheRefusalMayPass(String status, String body) {
        answerStreams(refusal(status, body));
        start(impatient(), peer.url());

        await().until(() ->
                peer.heads(PULL_MESSAGE).size() >= 5 && peer.heads(PULL_MSGAPP).size() >= 5);
        assertThat(log.texts())
                .hasSize(2)
                .allSatisfy(line -> assertThat(line).contains(" answered " + status.substring(0, 3)));
        assertThat(reports.unreachable()).contains(REMOTE);
        assertThat(reports.removals()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"SSH-2.0-OpenSSH_9.2\r\n\r\n", "\r\n", "HTTP/9.9 200 OK\r\n\r\n", "HTTP/1.1 two\r\n\r\n"})
    void shouldDialAgainWhenTheAnswerIsNoHttp(String garbage) {
        for (String request : List.of(PULL_MSGAPP, PULL_MESSAGE)) {
            peer.on(request, (head, in, out) -> {
                out.write(RequestHead.ascii(garbage));
                throw new java.net.SocketException("hang up");
            });
        }
        start(impatient(), peer.url());

        await().until(() ->
                peer.heads(PULL_MESSAGE).size() >= 5 && peer.heads(PULL_MSGAPP).size() >= 5);
        // Jetty says of most of it that a 400 was answered.
        assertThat(log.texts()).hasSize(2).allSatisfy(line -> assertThat(line).contains(" stream to peer b2: "));
    }

    @ParameterizedTest
    @CsvSource({
        "'', 'has version 2.0.0, below this member''s minimum 3.0.0'",
        "'X-Server-Version: 2.3.8\r\n', 'has version 2.3.8, below this member''s minimum 3.0.0'",
        "'X-Server-Version: three\r\n', 'answers with version \"three\", which is not major.minor.patch'",
    })
    void shouldReadNothingAndDialSlowlyWhenTheVersionOfTheAnswerIsWrong(String field, String logged) {
        AtomicInteger hungUp = new AtomicInteger();
        for (Lane lane : List.of(Lane.MSGAPP, Lane.MESSAGE)) {
            peer.on(lane == Lane.MSGAPP ? PULL_MSGAPP : PULL_MESSAGE, (head, in, out) -> {
                out.write(RequestHead.ascii("HTTP/1.1 200 OK\r\n" + field + "Transfer-Encoding: chunked\r\n\r\n"));
                // That none of it reaches Raft, Reports sees to.
                new ScriptedAnswer(in, out)
                        .send(ScriptedAnswer.frames(lane, List.of(Transports.fromPeer(heartbeat(1)))));
                in.transferTo(OutputStream.nullOutputStream());
                hungUp.incrementAndGet();
            });
        }
        start(impatient(), peer.url());

        await().until(() -> hungUp.get() == 2);
        awaitOneDialOfEachLane();
        assertThat(log.texts())
                .hasSize(2)
                .allSatisfy(line -> assertThat(line).contains("peer b2 at " + peer.url() + " " + logged));
    }

    @Test
    void shouldReadWhenTheVersionOfTheAnswerIsNewer() throws IOException {
        peer.on(PULL_MESSAGE, (head, in, out) -> {
            out.write(RequestHead.ascii(
                    "HTTP/1.1 200 OK\r\nX-Server-Version: 4.1.0-alpha.0\r\nTransfer-Encoding: chunked\r\n\r\n"));
            in.transferTo(OutputStream.nullOutputStream());
        });
        start(impatient(), peer.url());

        await().until(() -> manager.activeSince(REMOTE).isPresent());
    }

    @Test
    void shouldDialTheNextUrlWhenOneFails() {
        peer.writeStreams(LOCAL.toString());
        start(pullConfig(), NOWHERE, peer.url());

        peer.awaitAnswer(Lane.MESSAGE);
        peer.awaitAnswer(Lane.MSGAPP);
    }

    @Test
    void shouldDialTheNextUrlWhenOneRefuses() throws IOException {
        answerStreams(refusal("404 Not Found", "error sender not found"));
        try (ScriptedPeer other = ScriptedPeer.listening().writeStreams(LOCAL.toString())) {
            start(pullConfig(), peer.url(), other.url());

            other.awaitAnswer(Lane.MESSAGE);
            other.awaitAnswer(Lane.MSGAPP);
            manager.close();
        }
    }

    @Test
    void shouldGiveUpTheDialWhenThePeerIsMute() {
        AtomicInteger hungUp = new AtomicInteger();
        for (String request : List.of(PULL_MSGAPP, PULL_MESSAGE)) {
            peer.on(request, (head, in, out) -> {
                in.transferTo(OutputStream.nullOutputStream());
                hungUp.incrementAndGet();
            });
        }
        start(pullConfig().dialTimeout(Duration.ofMillis(300)), peer.url());

        await().until(() -> hungUp.get() >= 4);
        assertThat(log.texts())
                .hasSize(2)
                .allSatisfy(line ->
                        assertThat(line).endsWith("peer b2 at " + peer.url() + " did not answer within 300 ms"));
    }

    @Test
    void shouldPostWhenThePeerDoesNotAskForOurMessages() {
        peer.writeStreams(LOCAL.toString());
        peer.answer(POST, "HTTP/1.1 204 No Content\r\n\r\n");
        start(pullConfig(), peer.url());
        peer.awaitAnswer(Lane.MESSAGE);

        manager.send(heartbeat(1));

        await().until(() -> lane(manager, Lane.PIPELINE).delivered() == 1);
    }
}
