package dev.rafthttp.sidecar.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.rafthttp.HeapLimits;
import dev.rafthttp.fixture.LogLines;
import dev.rafthttp.options.LogNames;
import dev.rafthttp.raftpb.Entry;
import dev.rafthttp.raftpb.Message;
import dev.rafthttp.raftpb.MessageType;
import dev.rafthttp.sidecar.relay.standin.DirectionCounts;
import dev.rafthttp.sidecar.relay.standin.PostInspector;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code POST /raft}, over sockets: passed on byte for byte, answered as the member answers, and counted. */
class PostTest extends RelayFixture {
    private static final byte[] MESSAGE = message().build().toByteArray();

    private static Message.Builder message() {
        return Message.newBuilder()
                .setType(MessageType.MsgApp)
                .setFrom(Relays.B.value())
                .setTo(Relays.A.value())
                .setTerm(7)
                .addEntries(Entry.newBuilder().setTerm(7).setIndex(1));
    }

    private static String head(String length) {
        return "POST /raft HTTP/1.1\nHost: a\nX-Server-From: b\nContent-Type: application/protobuf\n" + length + "\n\n";
    }

    private static String withLength() {
        return head("Content-Length: " + MESSAGE.length);
    }

    private void awaitCounts(long in, long out, Map<String, Long> dropped) {
        await().untilAsserted(() -> assertThat(counts().types())
                .containsExactly(Map.entry(MessageType.MsgApp, new DirectionCounts.TypeCounts(in, out, dropped))));
    }

    @Test
    void shouldPassTheSameBytesAndAnswerOnWhenTheMemberTakesThem() {
        try (RawConnection client = RawConnection.to(front)) {
            client.send(withLength()).send(MESSAGE);
            try (RawConnection next = origin.accept()) {
                assertThat(next.head()
                                .toLowerCase(Locale.ROOT)
                                .lines()
                                .filter(line -> !line.startsWith("via: 1.1 rafthttp-")))
                        .containsExactlyInAnyOrder(
                                "post /raft http/1.1",
                                "host: a",
                                "x-server-from: b",
                                "content-type: application/protobuf",
                                "content-length: " + MESSAGE.length,
                                "");
                assertThat(next.bytes(MESSAGE.length)).isEqualTo(MESSAGE);
                next.send("HTTP/1.1 204 No Content\nX-Etcd-Cluster-ID: cafe\n\n");
            }
            assertThat(client.head()).startsWith("HTTP/1.1 204 No Content\n").contains("X-Etcd-Cluster-ID: cafe\n");
        }
        awaitCounts(1, 1, Map.of());
    }

    @Test
    void shouldShowTheMessageToWhoTaps() {
        try (RawConnection tap = RawConnection.to(options.listenNode());
                RawConnection client = RawConnection.to(front)) {
            // HTTP/1.0, so that the answer is the lines alone.
            tap.send("GET /v1/tap?type=MsgApp HTTP/1.0\n\n");
            assertThat(tap.head()).startsWith("HTTP/1.1 200 ");

            client.send(withLength()).send(MESSAGE);

            assertThat(new String(tap.bytes(100), StandardCharsets.UTF_8))
                    .containsPattern("^20.*Z +b → a +MsgApp +term 7 ");
        }
    }

    @Test
    void shouldPassTheMessageOnWholeWhenItComesInChunksAfterAnExpectation() {
        try (RawConnection client = RawConnection.to(front)) {
            client.send(head("Transfer-Encoding: chunked\nExpect: 100-continue"));
            assertThat(client.head()).startsWith("HTTP/1.1 100 ");
            client.send("1\n").send(new byte[] {MESSAGE[0]}).send("\n");
            client.send(Integer.toHexString(MESSAGE.length - 1) + "\n")
                    .send(Arrays.copyOfRange(MESSAGE, 1, MESSAGE.length))
                    .send("\n0\n\n");
            try (RawConnection next = origin.accept()) {
                assertThat(next.head().toLowerCase(Locale.ROOT))
                        .contains("content-length: " + MESSAGE.length + "\n")
                        .doesNotContain("transfer-encoding")
                        .doesNotContain("expect");
                assertThat(next.bytes(MESSAGE.length)).isEqualTo(MESSAGE);
                next.send("HTTP/1.1 204 No Content\n\n");
            }
            assertThat(client.head()).startsWith("HTTP/1.1 204 ");
        }
        awaitCounts(1, 1, Map.of());
    }

    @Test
    void shouldPassTheRefusalOnWhenTheMemberRefuses() {
        try (RawConnection client = RawConnection.to(front)) {
            client.send(withLength()).send(MESSAGE);
            try (RawConnection next = origin.accept()) {
                next.head();
                next.bytes(MESSAGE.length);
                next.send("HTTP/1.1 412 Precondition Failed\nX-Etcd-Cluster-ID: beef\nContent-Length: 19\n\n"
                        + "cluster ID mismatch");
            }
            assertThat(client.head()).startsWith("HTTP/1.1 412 ").contains("X-Etcd-Cluster-ID: beef\n");
            assertThat(client.text(19)).isEqualTo("cluster ID mismatch");
        }
        awaitCounts(1, 0, Map.of("refused", 1L));
    }

    private String answerTo403(String body) {
        try (RawConnection client = RawConnection.to(front)) {
            client.send(withLength()).send(MESSAGE);
            try (RawConnection next = origin.accept()) {
                next.head();
                next.bytes(MESSAGE.length);
                next.send("HTTP/1.1 403 Forbidden\nX-Etcd-Cluster-ID: beef\nContent-Length: " + body.length() + "\n\n")
                        .send(body.getBytes(StandardCharsets.UTF_8));
            }
            String head = client.head();
            Matcher length = Pattern.compile("Content-Length: (\\d+)").matcher(head);
            assertThat(length.find()).isTrue();
            return head + client.text(Integer.parseInt(length.group(1)));
        }
    }

    @Test
    void shouldPassTheRemovalOnWhenTheMemberSaysItsWords() {
        assertThat(answerTo403("cannot process message from removed member\n"))
                .startsWith("HTTP/1.1 403 ")
                .contains("X-Etcd-Cluster-ID: beef\n")
                .endsWith("\n\ncannot process message from removed member\n");
        awaitCounts(1, 0, Map.of("refused", 1L));
    }

    /** WIRE: etcd stops for good at any 403 to a post. */
    @ParameterizedTest
    @ValueSource(strings = {"RBAC: access denied", "", "cannot process message to mismatch member\n"})
    void shouldAnswer502WithItsWordsWhenAProxyForbids(String words) {
        assertThat(answerTo403(words))
                .startsWith("HTTP/1.1 502 ")
                .contains("X-Etcd-Cluster-ID: cafe\n")
                .endsWith("\n\nthe next hop answered 403 \"" + words.strip() + "\"\n");
        awaitCounts(1, 0, Map.of("refused", 1L));
    }

    @Test
    void shouldAnswer400AsEtcdWhenTheBodyIsNoMessage() {
        try (RawConnection client = RawConnection.to(front)) {
            client.send(head("Content-Length: 3")).send(new byte[] {0x0a, 0x7f, 0x01});
            assertThat(client.head()).startsWith("HTTP/1.1 400 ").contains("X-Etcd-Cluster-ID: cafe\n");
            assertThat(client.text(33)).isEqualTo("error unmarshalling raft message\n");
        }
        assertThat(counts().undecodableSum()).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/raft", "/raft/snapshot"})
    void shouldAnswer415WhenTheBodyIsEncoded(String path) {
        try (RawConnection client = RawConnection.to(front)) {
            String encoded = withLength().replace("/raft", path).replace("\n\n", "\nContent-Encoding: gzip\n\n");
            client.send(encoded).send(MESSAGE);
            assertThat(client.head()).startsWith("HTTP/1.1 415 ").contains("X-Etcd-Cluster-ID: cafe\n");
            String line = "Unsupported Media Type (Content-Encoding \"gzip\": expected a body that is not encoded)\n";
            assertThat(client.text(line.length())).isEqualTo(line);
        }
        assertThat(counts().undecodableSum()).isEqualTo(1);
    }

    @Test
    void shouldPassTheMessageOnWhenItsEncodingIsIdentity() {
        try (RawConnection client = RawConnection.to(front)) {
            client.send(withLength().replace("\n\n", "\nContent-Encoding: identity\n\n"))
                    .send(MESSAGE);
            try (RawConnection next = origin.accept()) {
                next.head();
                assertThat(next.bytes(MESSAGE.length)).isEqualTo(MESSAGE);
                next.send("HTTP/1.1 204 No Content\n\n");
            }
            assertThat(client.head()).startsWith("HTTP/1.1 204 ");
        }
    }

    @Test
    void shouldAnswerAndNotHandOnWhatIsForOrFromAnotherMember() {
        byte[] forC = message().setTo(Relays.C.value()).build().toByteArray();
        byte[] fromC = message().setFrom(Relays.C.value()).build().toByteArray();
        try (RawConnection client = RawConnection.to(front)) {
            client.send(head("Content-Length: " + forC.length)).send(forC);
            assertThat(client.head()).startsWith("HTTP/1.1 412 ").contains("X-Etcd-Cluster-ID: cafe\n");
            assertThat(client.text(18)).isEqualTo("to field mismatch\n");

            client.send(head("Content-Length: " + fromC.length)).send(fromC);
            assertThat(client.head()).startsWith("HTTP/1.1 404 ");
            assertThat(client.text(13)).isEqualTo("invalid from\n");

            client.send(withLength()).send(MESSAGE);
            try (RawConnection next = origin.accept()) {
                next.head();
                assertThat(next.bytes(MESSAGE.length))
                        .as("the first message that is handed on")
                        .isEqualTo(MESSAGE);
                next.send("HTTP/1.1 204 No Content\n\n");
            }
            assertThat(client.head()).startsWith("HTTP/1.1 204 ");
        }
        awaitCounts(3, 1, Map.of("to_mismatch", 1L, "from_mismatch", 1L));
    }

    @Test
    void shouldHandOnWhatTheSenderForwardsForAnotherMember() {
        byte[] proposal = message()
                .setType(MessageType.MsgProp)
                .setFrom(Relays.C.value())
                .build()
                .toByteArray();
        try (RawConnection client = RawConnection.to(front)) {
            client.send(head("Content-Length: " + proposal.length)).send(proposal);
            try (RawConnection next = origin.accept()) {
                next.head();
                assertThat(next.bytes(proposal.length)).isEqualTo(proposal);
                next.send("HTTP/1.1 204 No Content\n\n");
            }
            assertThat(client.head()).startsWith("HTTP/1.1 204 ");
        }
    }

    @Test
    void shouldAnswer413BeforeTheBodyWhenItIsAnnouncedAboveTheLimit() {
        try (RawConnection client = RawConnection.to(front)) {
            client.send(head("Content-Length: " + (HeapLimits.OF_JVM.postBytes() + 1)));
            assertThat(client.head()).startsWith("HTTP/1.1 413 ");
        }
    }

    @Test
    void shouldTakeTheLimitOfItsOptions() {
        URI other = Relays.freeUrl();
        HeapLimits limits = new HeapLimits(1 << 20, 1 << 10, 1 << 20, 1 << 20);
        try (Relay limited =
                new Relay(new LogNames(), Relays.options(limits, Relays.member(Relays.A, other, origin.url())))) {
            limited.start();
            limited.traffic().know(Relays.B);
            try (RawConnection above = RawConnection.to(other)) {
                above.send(head("Content-Length: 1025"));
                String refused = above.head();
                assertThat(refused).startsWith("HTTP/1.1 413 ");
                int length = Integer.parseInt(refused.replaceAll("(?s).*Content-Length: (\\d+).*", "$1"));
                assertThat(above.text(length)).contains("the limit is 1024 bytes");
            }
            try (RawConnection within = RawConnection.to(other)) {
                within.send(head("Content-Length: " + MESSAGE.length)).send(MESSAGE);
                try (RawConnection next = origin.accept()) {
                    next.head();
                    next.send("HTTP/1.1 204 No Content\n\n");
                }
                assertThat(within.head()).startsWith("HTTP/1.1 204 ");
            }
        }
    }

    /** A client that writes all of its request before it reads. */
    @Test
    void shouldBeHeardToAnswer413WhenTheWholeBodyIsWrittenFirst() {
        byte[] piece = new byte[1 << 20];
        int pieces = (HeapLimits.OF_JVM.postBytes() >> 20) + 8;
        try (RawConnection client = RawConnection.to(front)) {
            client.send(head("Content-Length: " + (long) pieces * piece.length));
            for (int i = 0; i < pieces; i++) {
                client.send(piece);
            }
            assertThat(client.head()).startsWith("HTTP/1.1 413 ").contains("Connection: close\n");
        }
        try (RawConnection client = RawConnection.to(front)) {
            client.send(head("Transfer-Encoding: chunked"));
            for (int i = 0; i < pieces; i++) {
                client.send(Integer.toHexString(piece.length) + "\n")
                        .send(piece)
                        .send("\n");
            }
            client.send("0\n\n");
            assertThat(client.head()).startsWith("HTTP/1.1 413 ").contains("Connection: close\n");
        }
    }

    @Test
    void shouldSayOnceHowManyPostsWereNoMessages() {
        int posts = 50;
        try (LogLines log = LogLines.of(PostInspector.class)) {
            for (int i = 0; i < posts; i++) {
                try (RawConnection client = RawConnection.to(front)) {
                    client.send(head("Content-Length: 3")).send(new byte[] {0x0a, 0x7f, 0x01});
                    assertThat(client.head()).startsWith("HTTP/1.1 400 ");
                }
            }
            assertThat(log.warnings()).hasSizeLessThan(posts / 2);
            assertThat(log.warnings().get(0))
                    .contains("3 bytes that are no message: ")
                    .endsWith("; 0 more since the last such line");
        }
        assertThat(counts().undecodableSum()).isEqualTo(posts);
    }

    @Test
    void shouldHangUpWhenTheMemberIsGone() {
        origin.close();
        try (RawConnection client = RawConnection.to(front)) {
            client.send(withLength()).send(MESSAGE);
            assertThat(client.isHungUpOn()).isTrue();
        }
        awaitCounts(1, 0, Map.of("unreachable", 1L));
    }

    @Test
    void shouldCountTheMessageAsInDoubtWhenTheMemberBreaksBeforeItsAnswer() {
        try (RawConnection client = RawConnection.to(front)) {
            client.send(withLength()).send(MESSAGE);
            try (RawConnection next = origin.accept()) {
                next.head();
                next.bytes(MESSAGE.length);
            }
            assertThat(client.isHungUpOn()).isTrue();
        }
        await().untilAsserted(() -> assertThat(counts().inDoubtSum()).isEqualTo(1));
    }

    @Test
    void shouldNotReachTheMemberWhenTheSenderBreaksWithinItsMessage() {
        try (RawConnection client = RawConnection.to(front)) {
            client.send(withLength()).send(new byte[] {MESSAGE[0]});
            client.reset();
        }
        try (RawConnection another = RawConnection.to(front)) {
            another.send("GET /version HTTP/1.1\nHost: a\n\n");
            try (RawConnection next = origin.accept()) {
                assertThat(next.head()).startsWith("GET /version ");
            }
        }
        assertThat(counts().types()).isEmpty();
    }

    @Test
    void shouldCountTogetherWhenTheSenderIsNoMember() {
        byte[] stranger = Message.newBuilder()
                .setType(MessageType.MsgHeartbeat)
                .setFrom(0x99)
                .setTo(Relays.A.value())
                .build()
                .toByteArray();
        try (RawConnection client = RawConnection.to(front)) {
            client.send(head("Content-Length: " + stranger.length).replace("X-Server-From: b", "X-Server-From: 99"))
                    .send(stranger);
            try (RawConnection next = origin.accept()) {
                next.head();
                next.send("HTTP/1.1 204 No Content\n\n");
            }
            client.head();
        }
        assertThat(relay.traffic().directions()).isEmpty();
        assertThat(relay.traffic().others().types()).containsOnlyKeys(MessageType.MsgHeartbeat);
    }
}
