package dev.rafthttp.sidecar.relay;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rafthttp.fixture.LogLines;
import dev.rafthttp.options.LogNames;
import dev.rafthttp.sidecar.relay.standin.Forwarder;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.eclipse.jetty.server.Response;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The paths that are not the transport's, over sockets: what one side writes, the other reads. */
class ForwarderTest {
    private final ScriptedOrigin origin = new ScriptedOrigin();
    private final URI front = Relays.freeUrl();
    private final Relay relay = new Relay(new LogNames(), Relays.options(Relays.member(Relays.A, front, origin.url())));

    @BeforeEach
    void start() {
        relay.start();
    }

    @AfterEach
    void close() {
        relay.close();
        origin.close();
    }

    private static String lower(String head) {
        return head.toLowerCase(Locale.ROOT);
    }

    @Test
    void shouldPassTheHeadOnUnchangedWhenAMemberAsks() {
        try (RawConnection client = RawConnection.to(front)) {
            client.send(
                    "GET /members?x=%2Fy&z HTTP/1.1\nHost: somewhere\nX-Etcd-Cluster-ID: cafe\nX-Twice: 1\nX-Twice: 2\n\n");
            try (RawConnection next = origin.accept()) {
                String head = next.head();
                assertThat(head).startsWith("GET /members?x=%2Fy&z HTTP/1.1\n");
                assertThat(lower(head).lines().skip(1).filter(line -> !line.startsWith("via: 1.1 rafthttp-")))
                        .hasSize((int) lower(head).lines().count() - 2)
                        .containsExactlyInAnyOrder(
                                "host: somewhere", "x-etcd-cluster-id: cafe", "x-twice: 1", "x-twice: 2", "");
                next.send("HTTP/1.1 200 OK\nX-Etcd-Cluster-ID: cafe\nDate: then\nContent-Length: 2\n\n[]");
            }
            String answer = client.head();
            assertThat(answer).startsWith("HTTP/1.1 200 OK\n");
            assertThat(lower(answer).lines().skip(1))
                    .containsExactlyInAnyOrder("x-etcd-cluster-id: cafe", "date: then", "content-length: 2", "");
            assertThat(client.text(2)).isEqualTo("[]");
        }
    }

    @Test
    void shouldKeepBothConnectionsWhenOneRequestFollowsAnother() {
        try (RawConnection client = RawConnection.to(front)) {
            client.send("GET /version HTTP/1.1\nHost: a\n\n");
            try (RawConnection next = origin.accept()) {
                for (int i = 0; i < 3; i++) {
                    assertThat(next.head()).startsWith("GET /version ");
                    next.send("HTTP/1.1 200 OK\nContent-Length: 1\n\n" + i);
                    assertThat(client.head()).startsWith("HTTP/1.1 200");
                    assertThat(client.text(1)).isEqualTo(Integer.toString(i));
                    client.send("GET /version HTTP/1.1\nHost: a\n\n");
                }
            }
        }
    }

    @Test
    void shouldAnswerInOrderWhenRequestsArePipelined() {
        try (RawConnection client = RawConnection.to(front)) {
            client.send("GET /one HTTP/1.1\nHost: a\n\nGET /two HTTP/1.1\nHost: a\n\n");
            try (RawConnection next = origin.accept()) {
                assertThat(next.head()).startsWith("GET /one ");
                next.send("HTTP/1.1 200 OK\nContent-Length: 1\n\n1");
                assertThat(next.head()).startsWith("GET /two ");
                next.send("HTTP/1.1 200 OK\nContent-Length: 1\n\n2");
            }
            client.head();
            assertThat(client.text(1)).isEqualTo("1");
            client.head();
            assertThat(client.text(1)).isEqualTo("2");
        }
    }

    @Test
    void shouldDropWhatIsForOneHopOnlyWhenItPassesHeads() {
        try (RawConnection client = RawConnection.to(front)) {
            client.send("GET /leases HTTP/1.1\nHost: a\nConnection: keep-alive, X-Mine\nX-Mine: 1\nTE: trailers\n\n");
            try (RawConnection next = origin.accept()) {
                assertThat(lower(next.head()))
                        .doesNotContain("x-mine")
                        .doesNotContain("\nte:")
                        .containsPattern("\nvia: 1.1 rafthttp-[0-9a-f-]{36}\n")
                        .doesNotContain("forwarded");
                next.send("HTTP/1.1 204 No Content\nKeep-Alive: timeout=5\n\n");
            }
            assertThat(lower(client.head())).startsWith("http/1.1 204").doesNotContain("keep-alive");
        }
    }

    @Test
    void shouldPassEachPieceOnAtOnceWhenBothBodiesAreChunkedAndSlow() {
        try (RawConnection client = RawConnection.to(front)) {
            client.send("POST /leases HTTP/1.1\nHost: a\nTransfer-Encoding: chunked\n\n3\nabc\n");
            try (RawConnection next = origin.accept()) {
                assertThat(lower(next.head()))
                        .contains("transfer-encoding: chunked")
                        .doesNotContain("content-length");
                assertThat(next.text(6)).isEqualTo("3\nabc");
                client.send("2\nde\n0\n\n");
                assertThat(new String(next.chunks(), StandardCharsets.US_ASCII)).isEqualTo("de");

                next.send("HTTP/1.1 200 OK\nTransfer-Encoding: chunked\n\n4\nwxyz\n");
                assertThat(lower(client.head())).contains("transfer-encoding: chunked");
                assertThat(client.text(7)).isEqualTo("4\nwxyz");
                next.send("0\n\n");
                assertThat(client.chunks()).isEmpty();
            }
        }
    }

    @Test
    void shouldAnswerWithoutABodyWhenItIsAHeadRequest() {
        try (RawConnection client = RawConnection.to(front)) {
            client.send("HEAD /version HTTP/1.1\nHost: a\n\n");
            try (RawConnection next = origin.accept()) {
                assertThat(next.head()).startsWith("HEAD /version ");
                next.send("HTTP/1.1 200 OK\nContent-Length: 44\n\n");
                assertThat(lower(client.head())).contains("content-length: 44");
                client.send("GET /again HTTP/1.1\nHost: a\n\n");
                assertThat(next.head()).startsWith("GET /again ");
            }
        }
    }

    @Test
    void shouldPassTheWholeBodyWhenItIsLarge() {
        byte[] body = new byte[5_000_000];
        for (int i = 0; i < body.length; i++) {
            body[i] = (byte) (i * 31 >>> 3);
        }
        try (RawConnection client = RawConnection.to(front)) {
            client.send("GET /leases HTTP/1.1\nHost: a\n\n");
            try (RawConnection next = origin.accept()) {
                next.head();
                Thread writer = new Thread(() -> next.send("HTTP/1.1 200 OK\nContent-Length: " + body.length + "\n\n")
                        .send(body));
                writer.start();
                client.head();
                assertThat(client.bytes(body.length)).isEqualTo(body);
            }
        }
    }

    @Test
    void shouldHangUpWhenTheNextHopRefusesConnections() {
        origin.close();
        try (RawConnection client = RawConnection.to(front)) {
            client.send("GET /raft/probing HTTP/1.1\nHost: a\n\n");
            assertThat(client.isHungUpOn()).isTrue();
        }
    }

    @Test
    void shouldHangUpWhenTheNextHopClosesWithoutAnAnswer() {
        try (RawConnection client = RawConnection.to(front)) {
            client.send("GET /version HTTP/1.1\nHost: a\n\n");
            try (RawConnection next = origin.accept()) {
                next.head();
            }
            assertThat(client.isHungUpOn()).isTrue();
        }
    }

    @Test
    void shouldCutTheAnswerWhenTheNextHopBreaksWithinIt() {
        try (RawConnection client = RawConnection.to(front)) {
            client.send("GET /leases HTTP/1.1\nHost: a\n\n");
            try (RawConnection next = origin.accept()) {
                next.head();
                next.send("HTTP/1.1 200 OK\nTransfer-Encoding: chunked\n\n3\nabc\n");
                client.head();
                assertThat(client.text(6)).isEqualTo("3\nabc");
            }
            assertThat(client.rest()).as("not the last chunk").doesNotContain("0\r\n");
        }
    }

    @Test
    void shouldCloseTheNextHopsConnectionWhenTheSenderBreaksWithinItsBody() {
        try (RawConnection client = RawConnection.to(front)) {
            client.send("POST /leases HTTP/1.1\nHost: a\nContent-Length: 10\n\nabc");
            try (RawConnection next = origin.accept()) {
                assertThat(lower(next.head())).contains("content-length: 10");
                assertThat(next.text(3)).isEqualTo("abc");
                client.reset();
                assertThat(next.rest()).isEmpty();
            }
        }
    }

    @Test
    void shouldSayOnceInAWhileThatTheNextHopIsAwayWhenManyAskForIt() {
        origin.close();
        try (LogLines log = LogLines.of(Forwarder.class);
                LogLines jetty = LogLines.of(Response.class)) {
            for (int i = 0; i < 20; i++) {
                try (RawConnection client = RawConnection.to(front)) {
                    client.send("GET /version HTTP/1.1\nHost: a\n\n");
                    assertThat(client.rest()).isEmpty();
                }
            }

            assertThat(log.warnings())
                    .hasSizeBetween(1, 5)
                    .first(InstanceOfAssertFactories.STRING)
                    .startsWith("no answer to GET " + origin.url() + "/version, whose sender's connection is closed: ")
                    .contains("Connection refused");
            assertThat(jetty.all()).isEmpty();
        }
    }

    @Test
    void shouldReachTheNewNextHopWhenTheMemberHasMoved() {
        origin.close();
        try (ScriptedOrigin moved = new ScriptedOrigin();
                RawConnection client = RawConnection.to(front)) {
            relay.membership().put(Relays.member(Relays.A, front, moved.url()));
            client.send("GET /version HTTP/1.1\nHost: a\n\n");
            try (RawConnection next = moved.accept()) {
                assertThat(next.head()).startsWith("GET /version ");
                next.send("HTTP/1.1 200 OK\nContent-Length: 0\n\n");
            }
            assertThat(client.head()).startsWith("HTTP/1.1 200");
        }
    }
}
