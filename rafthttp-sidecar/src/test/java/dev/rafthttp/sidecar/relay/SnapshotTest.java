package dev.rafthttp.sidecar.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.rafthttp.raftpb.Message;
import dev.rafthttp.raftpb.MessageType;
import dev.rafthttp.sidecar.relay.standin.DirectionCounts;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.ByteBuffer;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code POST /raft/snapshot}, over sockets: it passes as it comes, and what breaks on one side breaks on the other. */
class SnapshotTest extends RelayFixture {
    private static final Message MESSAGE = Message.newBuilder()
            .setType(MessageType.MsgSnap)
            .setFrom(Relays.B.value())
            .setTo(Relays.A.value())
            .build();
    private static final String HEAD =
            "POST /raft/snapshot HTTP/1.1\nHost: a\nX-Server-From: b\nTransfer-Encoding: chunked\n\n";

    private static byte[] head() {
        byte[] message = MESSAGE.toByteArray();
        return ByteBuffer.allocate(Long.BYTES + message.length)
                .putLong(message.length)
                .put(message)
                .array();
    }

    private static RawConnection chunk(RawConnection client, byte[] bytes) {
        return client.send(Integer.toHexString(bytes.length) + "\n").send(bytes).send("\n");
    }

    @Test
    void shouldShowASnapshotInTheTap() throws Exception {
        HttpResponse<Stream<String>> tap = HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(options.listenNode().resolve("/v1/tap?type=MsgSnap"))
                                .build(),
                        BodyHandlers.ofLines());
        try (RawConnection client = RawConnection.to(front)) {
            client.send(HEAD);
            try (RawConnection next = origin.accept()) {
                chunk(client, head());
                assertThat(tap.body().findFirst().orElseThrow())
                        .contains("MsgSnap")
                        .contains("b → a");
                chunk(client, new byte[] {1}).send("0\n\n");
                next.head();
                next.chunks();
                next.send("HTTP/1.1 204 No Content\n\n");
            }
            assertThat(client.head()).startsWith("HTTP/1.1 204 ");
        }
    }

    @Test
    void shouldPassEachPieceOnAtOnceAndCountTheMessageWhenItComesByteForByte() {
        byte[] head = head();
        try (RawConnection client = RawConnection.to(front)) {
            client.send(HEAD);
            try (RawConnection next = origin.accept()) {
                assertThat(next.head().toLowerCase(Locale.ROOT))
                        .startsWith("post /raft/snapshot ")
                        .doesNotContain("expect:");
                for (byte each : head) {
                    chunk(client, new byte[] {each});
                }
                await().untilAsserted(() -> assertThat(counts().types()).containsKey(MessageType.MsgSnap));
                chunk(client, new byte[] {1, 2, 3}).send("0\n\n");
                byte[] body = next.chunks();
                assertThat(body).hasSize(head.length + 3).startsWith(head).endsWith(1, 2, 3);
                next.send("HTTP/1.1 204 No Content\n\n");
            }
            assertThat(client.head()).startsWith("HTTP/1.1 204 ");
        }
        await().untilAsserted(() ->
                assertThat(counts().types().get(MessageType.MsgSnap).out()).isEqualTo(1));
    }

    @Test
    void shouldNotLookWholeToTheMemberWhenTheSenderBreaks() {
        try (RawConnection client = RawConnection.to(front)) {
            client.send(HEAD);
            try (RawConnection next = origin.accept()) {
                next.head();
                chunk(client, head());
                next.bytes(head().length);
                client.reset();
                assertThat(next.rest()).as("not the last chunk").doesNotContain("0\r\n");
            }
        }
        await().untilAsserted(() -> assertThat(counts().inDoubtSum()).isEqualTo(1));
    }

    @Test
    void shouldFailToTheSenderWhenTheMemberBreaks() {
        try (RawConnection client = RawConnection.to(front)) {
            client.send(HEAD);
            try (RawConnection next = origin.accept()) {
                next.head();
                chunk(client, head());
                next.bytes(head().length);
                next.reset();
            }
            assertThat(client.rest()).doesNotContain("HTTP/1.1 2");
        }
    }

    @Test
    void shouldPassTheRefusalOnBeforeTheBodyWhenTheMemberRefusesTheHead() {
        try (RawConnection client = RawConnection.to(front)) {
            client.send(HEAD);
            try (RawConnection next = origin.accept()) {
                next.head();
                next.send("HTTP/1.1 412 Precondition Failed\nContent-Length: 19\n\ncluster ID mismatch");
            }
            assertThat(client.head()).startsWith("HTTP/1.1 412 ");
            assertThat(client.text(19)).isEqualTo("cluster ID mismatch");
        }
    }

    @Test
    void shouldAnswer502WithItsWordsWhenAProxyForbids() {
        try (RawConnection client = RawConnection.to(front)) {
            client.send(HEAD);
            try (RawConnection next = origin.accept()) {
                next.head();
                next.send("HTTP/1.1 403 Forbidden\nContent-Length: 19\n\nRBAC: access denied");
            }
            assertThat(client.head()).startsWith("HTTP/1.1 502 ");
            assertThat(client.text(48)).isEqualTo("the next hop answered 403 \"RBAC: access denied\"\n");
        }
    }

    @Test
    void shouldPassTheRefusalOnWhenTheMemberRefusesWithinTheBody() {
        try (RawConnection client = RawConnection.to(front)) {
            client.send(HEAD);
            try (RawConnection next = origin.accept()) {
                next.head();
                chunk(client, head());
                next.bytes(head().length);
                next.send("HTTP/1.1 500 Internal Server Error\nContent-Length: 4\n\nfull");
                assertThat(client.head()).startsWith("HTTP/1.1 500 ");
                assertThat(client.text(4)).isEqualTo("full");
            }
        }
    }

    /** A client that writes all of its request before it reads. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void shouldBeHeardToPassARefusalOnWhenTheWholeDatabaseIsWrittenFirst(boolean memberHangsUp) {
        byte[] piece = new byte[1 << 20];
        try (RawConnection client = RawConnection.to(front)) {
            client.send(HEAD);
            try (RawConnection next = origin.accept()) {
                next.head();
                chunk(client, head());
                next.bytes(head().length);
                next.send("HTTP/1.1 500 Internal Server Error\nContent-Length: 4\n\nfull");
                if (memberHangsUp) {
                    next.endOutput();
                }
                for (int i = 0; i < 64; i++) {
                    chunk(client, piece);
                }
                client.send("0\n\n");
                assertThat(client.head()).startsWith("HTTP/1.1 500 ");
                assertThat(client.text(4)).isEqualTo("full");
            }
            client.send("GET /version HTTP/1.1\nHost: a\n\n");
            try (RawConnection next = origin.accept()) {
                assertThat(next.head()).startsWith("GET /version ");
            }
        }
        await().untilAsserted(() -> assertThat(counts().types())
                .containsExactly(
                        Map.entry(MessageType.MsgSnap, new DirectionCounts.TypeCounts(1, 0, Map.of("refused", 1L)))));
    }

    @Test
    void shouldBeHeardToPassARefusalOnOfAnyRequestWhenItsBodyIsWrittenFirst() {
        byte[] piece = new byte[1 << 20];
        try (RawConnection client = RawConnection.to(front)) {
            client.send("POST /members/promote/1 HTTP/1.1\nHost: a\nTransfer-Encoding: chunked\n\n");
            try (RawConnection next = origin.accept()) {
                next.head();
                next.send("HTTP/1.1 404 Not Found\nContent-Length: 4\n\nnone");
                for (int i = 0; i < 64; i++) {
                    chunk(client, piece);
                }
                client.send("0\n\n");
                assertThat(client.head()).startsWith("HTTP/1.1 404 ");
                assertThat(client.text(4)).isEqualTo("none");
            }
        }
    }

    @Test
    void shouldNotAskForTheBodyWhenTheMemberRefusesTheHead() {
        try (RawConnection client = RawConnection.to(front)) {
            client.send(HEAD.replace("\n\n", "\nExpect: 100-continue\n\n"));
            try (RawConnection next = origin.accept()) {
                next.head();
                next.send("HTTP/1.1 412 Precondition Failed\nContent-Length: 19\n\ncluster ID mismatch");
            }
            assertThat(client.head()).startsWith("HTTP/1.1 412 ");
            assertThat(client.text(19)).isEqualTo("cluster ID mismatch");
            assertThat(client.isHungUpOn()).isTrue();
        }
    }

    @Test
    void shouldAskForTheBodyOnlyWhenTheMemberWantsIt() {
        try (RawConnection client = RawConnection.to(front)) {
            client.send(HEAD.replace("\n\n", "\nExpect: 100-continue\n\n"));
            try (RawConnection next = origin.accept()) {
                next.head();
                next.send("HTTP/1.1 100 Continue\n\n");
                assertThat(client.head()).startsWith("HTTP/1.1 100 ");
                chunk(client, head()).send("0\n\n");
                assertThat(next.chunks()).isEqualTo(head());
                next.send("HTTP/1.1 204 No Content\n\n");
            }
            assertThat(client.head()).startsWith("HTTP/1.1 204 ");
        }
    }

    @Test
    void shouldHangUpWhenTheMemberIsGone() {
        origin.close();
        try (RawConnection client = RawConnection.to(front)) {
            client.send(HEAD);
            assertThat(client.isHungUpOn()).isTrue();
        }
    }

    @Test
    void shouldAnswerAndNotHandOnASnapshotForAnotherMember() {
        byte[] message = MESSAGE.toBuilder().setTo(Relays.C.value()).build().toByteArray();
        byte[] head = ByteBuffer.allocate(Long.BYTES + message.length)
                .putLong(message.length)
                .put(message)
                .array();
        try (RawConnection client = RawConnection.to(front)) {
            client.send(HEAD);
            try (RawConnection next = origin.accept()) {
                next.head();
                chunk(client, head);
                assertThat(client.head()).startsWith("HTTP/1.1 412 ");
                assertThat(client.text(18)).isEqualTo("to field mismatch\n");
                assertThat(next.rest()).isEmpty();
            }
        }
        await().untilAsserted(() -> assertThat(counts().types())
                .containsExactly(Map.entry(
                        MessageType.MsgSnap, new DirectionCounts.TypeCounts(1, 0, Map.of("to_mismatch", 1L)))));
    }

    @Test
    void shouldBeHeardToRefuseASnapshotWhenTheWholeDatabaseIsWrittenFirst() {
        byte[] toC = MESSAGE.toBuilder().setTo(Relays.C.value()).build().toByteArray();
        byte[] piece = new byte[1 << 20];
        try (RawConnection client = RawConnection.to(front)) {
            client.send(HEAD);
            try (RawConnection next = origin.accept()) {
                next.head();
                chunk(
                        client,
                        ByteBuffer.allocate(Long.BYTES).putLong(toC.length).array());
                chunk(client, toC);
                for (int i = 0; i < 64; i++) {
                    chunk(client, piece);
                }
                client.send("0\n\n");
                assertThat(client.head()).startsWith("HTTP/1.1 412 ");
                assertThat(client.text(18)).isEqualTo("to field mismatch\n");
            }
        }
    }

    @Test
    void shouldCountADecodeErrorAndPassTheBodyOnWhenItsHeadIsNoMessage() {
        try (RawConnection client = RawConnection.to(front)) {
            client.send(HEAD);
            try (RawConnection next = origin.accept()) {
                next.head();
                chunk(client, new byte[] {-1, -1, -1, -1, -1, -1, -1, -1, 5}).send("0\n\n");
                assertThat(next.chunks()).hasSize(9);
                next.send("HTTP/1.1 400 Bad Request\nContent-Length: 0\n\n");
            }
            assertThat(client.head()).startsWith("HTTP/1.1 400 ");
        }
        assertThat(counts().undecodableSum()).isEqualTo(1);
    }
}
