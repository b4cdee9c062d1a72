package dev.rafthttp.sidecar.member;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.gson.JsonObject;
import dev.rafthttp.HeapLimits;
import dev.rafthttp.raftpb.Message;
import dev.rafthttp.raftpb.MessageType;
import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** {@code /v1/snapshots}, over real loopback HTTP: what the node of a sends, the node of b gets. */
class SnapshotsTest extends SidecarFixture {
    private final byte[] database = new byte[3 << 20];

    SnapshotsTest() {
        new Random(20261125).nextBytes(database);
    }

    private static Message snapshot(long index) {
        Message.Builder message =
                Sidecars.message(0).toBuilder().setType(MessageType.MsgSnap).clearIndex();
        message.getSnapshotBuilder().getMetadataBuilder().setTerm(1).setIndex(index);
        return message.build();
    }

    private HttpResponse<String> send(Message message, byte[] with) throws Exception {
        InputStream body = new SequenceInputStream(
                new ByteArrayInputStream(Sidecars.frame(message)), new ByteArrayInputStream(with));
        return http.send(
                HttpRequest.newBuilder(nodeA.resolve("/v1/snapshots"))
                        .timeout(LIMIT)
                        .POST(BodyPublishers.ofInputStream(() -> body))
                        .build(),
                BodyHandlers.ofString());
    }

    private HttpResponse<byte[]> fetch(String method, String name, String... headers) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(nodeB.resolve("/v1/snapshots/" + name))
                .timeout(LIMIT)
                .method(method, BodyPublishers.noBody());
        if (headers.length > 0) {
            request.headers(headers);
        }
        return http.send(request.build(), BodyHandlers.ofByteArray());
    }

    @Test
    void shouldCarryTheDatabaseAndThenGiveTheMessageToTheNode() throws Exception {
        a();
        b(Optional.empty());
        BufferedReader events = lines(nodeA.resolve("/v1/events"));
        DataInputStream in = read();

        HttpResponse<String> answer = send(snapshot(1200), database);

        assertThat(answer.statusCode()).isEqualTo(202);
        assertThat(json(answer).get("id").getAsString()).isEqualTo("b-1-1200");
        assertThat(next(in)).isEqualTo(snapshot(1200));
        assertThat(fetch("GET", "1-1200").body()).isEqualTo(database);
        String line = events.readLine();
        while (!line.contains("finish")) {
            line = events.readLine();
        }
        assertThat(line).contains("\"peer\":\"b\"");
    }

    @Test
    void shouldCarryTheDatabaseWhenTheBodyHasALength() throws Exception {
        a();
        b(Optional.empty());
        DataInputStream in = read();
        URI url = nodeA.resolve("/v1/snapshots");

        HttpResponse<String> answer = ask("POST", url, "application/octet-stream", body(snapshot(20), database));

        assertThat(answer.statusCode()).isEqualTo(202);
        assertThat(next(in)).isEqualTo(snapshot(20));
        assertThat(fetch("GET", "1-20").body()).isEqualTo(database);
    }

    @Test
    void shouldCarryTheDatabaseWhenTheSenderWaitsForContinue() throws Exception {
        a();
        b(Optional.empty());
        DataInputStream in = read();

        HttpResponse<String> answer = http.send(
                HttpRequest.newBuilder(nodeA.resolve("/v1/snapshots"))
                        .timeout(LIMIT)
                        .expectContinue(true)
                        .POST(BodyPublishers.ofByteArray(body(snapshot(21), database)))
                        .build(),
                BodyHandlers.ofString());

        assertThat(answer.statusCode()).isEqualTo(202);
        assertThat(next(in)).isEqualTo(snapshot(21));
        assertThat(fetch("GET", "1-21").body()).isEqualTo(database);
    }

    @Test
    void shouldCarryTheDatabaseWhenTheSenderSpeaksHttp10() throws Exception {
        a();
        b(Optional.empty());
        DataInputStream in = read();
        byte[] body = body(snapshot(22), database);

        String answer = raw("POST /v1/snapshots HTTP/1.0\r\nContent-Length: " + body.length + "\r\n\r\n", body);

        assertThat(answer).startsWith("HTTP/1.1 202").contains("b-1-22");
        assertThat(next(in)).isEqualTo(snapshot(22));
        assertThat(fetch("GET", "1-22").body()).isEqualTo(database);
    }

    @Test
    void shouldRefuseALengthThatEndsWithinTheMessage() throws Exception {
        a();
        byte[] body = body(snapshot(23), database);

        String answer = raw(
                "POST /v1/snapshots HTTP/1.1\r\nHost: localhost\r\nContent-Length: 11\r\n\r\n",
                Arrays.copyOf(body, 11));

        assertThat(answer).startsWith("HTTP/1.1 400").contains("offset 11").contains("expected a u64 length");
    }

    @Test
    void shouldGiveNothingToTheNodeWhenTheBodyEndsBeforeItsLength() throws Exception {
        a();
        b(Optional.empty());
        BufferedReader events = lines(nodeA.resolve("/v1/events"));
        byte[] body = body(snapshot(24), database);

        raw(
                "POST /v1/snapshots HTTP/1.1\r\nHost: localhost\r\nContent-Length: " + (body.length + 1) + "\r\n\r\n",
                body);

        String line = events.readLine();
        while (!line.contains("\"state\":\"failed\"")) {
            line = events.readLine();
        }
        assertThat(line).contains("\"id\":\"b-1-24\"");
        assertThat(fetch("GET", "1-24").statusCode()).isEqualTo(404);
    }

    private static byte[] body(Message message, byte[] with) {
        byte[] frame = Sidecars.frame(message);
        return ByteBuffer.allocate(frame.length + with.length)
                .put(frame)
                .put(with)
                .array();
    }

    /** Sends a request to the sidecar of a, and no more after it; the whole answer. */
    private String raw(String head, byte[] body) throws IOException {
        try (Socket socket = new Socket(nodeA.getHost(), nodeA.getPort())) {
            socket.setSoTimeout(Math.toIntExact(LIMIT.toMillis()));
            socket.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));
            socket.getOutputStream().write(body);
            socket.shutdownOutput();
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    @Test
    void shouldGiveARangeOfTheDatabaseAndForgetItWhenItIsDeleted() throws Exception {
        a();
        b(Optional.empty());
        DataInputStream in = read();
        send(snapshot(5), database);
        // The database is stored by then; the answer comes when it has been read.
        next(in);

        HttpResponse<byte[]> range = fetch("GET", "1-5", "Range", "bytes=1000000-1000099");

        assertThat(range.statusCode()).isEqualTo(206);
        assertThat(range.body()).isEqualTo(Arrays.copyOfRange(database, 1_000_000, 1_000_100));
        assertThat(range.headers().firstValue("Content-Range")).contains("bytes 1000000-1000099/" + database.length);
        assertThat(fetch("GET", "1-5", "Range", "bytes=9999999-").statusCode()).isEqualTo(416);
        assertThat(fetch("DELETE", "1-5").statusCode()).isEqualTo(204);
        assertThat(fetch("GET", "1-5").statusCode()).isEqualTo(404);
    }

    @Test
    void shouldGiveTheLaterDatabaseAtOnceAndLetReadersFinishTheFormer() throws Exception {
        a();
        b(Optional.empty());
        DataInputStream in = read();
        byte[] former = new byte[24 << 20];
        new Random(1).nextBytes(former);
        byte[] later = new byte[former.length];
        new Random(2).nextBytes(later);
        send(snapshot(40), former);
        next(in);
        HttpResponse<byte[]> first = fetch("GET", "1-40", "Range", "bytes=0-9");
        String tag = first.headers().firstValue("ETag").orElseThrow();
        // More than the sockets' buffers hold, so that most of it is read after it has been replaced.
        InputStream slow = http.send(
                        HttpRequest.newBuilder(nodeB.resolve("/v1/snapshots/1-40"))
                                .build(),
                        BodyHandlers.ofInputStream())
                .body();
        byte[] begin = slow.readNBytes(10);

        send(snapshot(40), later);
        next(in);

        assertThat(fetch("GET", "1-40").body()).isEqualTo(later);
        assertThat(fetch("GET", "1-40", "If-None-Match", tag).statusCode()).isEqualTo(200);
        HttpResponse<byte[]> range = fetch("GET", "1-40", "Range", "bytes=10-19", "If-Range", tag);
        assertThat(range.statusCode()).isEqualTo(200);
        assertThat(range.body()).isEqualTo(later);
        String newTag = range.headers().firstValue("ETag").orElseThrow();
        assertThat(newTag).startsWith("\"").isNotEqualTo(tag);
        assertThat(fetch("GET", "1-40", "Range", "bytes=10-19", "If-Range", newTag)
                        .body())
                .isEqualTo(Arrays.copyOfRange(later, 10, 20));
        assertThat(fetch("GET", "1-40", "If-None-Match", newTag).statusCode()).isEqualTo(304);
        byte[] rest = slow.readAllBytes();
        assertThat(begin).isEqualTo(Arrays.copyOf(former, 10));
        assertThat(rest).isEqualTo(Arrays.copyOfRange(former, 10, former.length));
    }

    @Test
    void shouldAnswerARangeOfSeveralWithTheWhole() throws Exception {
        a();
        b(Optional.empty());
        DataInputStream in = read();
        send(snapshot(41), database);
        next(in);

        HttpResponse<byte[]> answer = fetch("GET", "1-41", "Range", "bytes=0-9,20-29");

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).isEqualTo(database);
        HttpResponse<byte[]> head = fetch("HEAD", "1-41");
        assertThat(head.statusCode()).isEqualTo(200);
        assertThat(head.headers().firstValueAsLong("Content-Length")).hasValue(database.length);
        assertThat(head.headers().firstValue("Content-Type")).contains("application/octet-stream");
    }

    @Test
    void shouldKeepADatabaseUntilItIsDeletedAsOftenAsItCame() throws Exception {
        a();
        b(Optional.empty());
        DataInputStream in = read();
        send(snapshot(42), database);
        send(snapshot(42), database);
        next(in);
        next(in);

        assertThat(fetch("DELETE", "1-42").statusCode()).isEqualTo(204);
        assertThat(fetch("GET", "1-42").body()).isEqualTo(database);
        assertThat(fetch("DELETE", "1-42").statusCode()).isEqualTo(204);
        assertThat(fetch("GET", "1-42").statusCode()).isEqualTo(404);
        assertThat(fetch("DELETE", "1-42").statusCode()).isEqualTo(404);
    }

    @Test
    void shouldShowASnapshotInTheTapWhereItIsSentAndWhereItComes() throws Exception {
        a();
        b(Optional.empty());
        BufferedReader sent = lines(nodeA.resolve("/v1/tap"));
        BufferedReader come = lines(nodeB.resolve("/v1/tap"));

        send(snapshot(43), database);

        assertThat(sent.readLine()).contains("MsgSnap").contains("a → b");
        assertThat(come.readLine()).contains("MsgSnap").contains("a → b");
    }

    @Test
    void shouldWaitAtTheEndForASnapshotThatIsUnderWay() throws Exception {
        Sidecar a = start(Sidecars.withGrace(
                Sidecars.options(
                        Sidecars.A, peerA, Sidecars.B, peerB, nodeA, folder, Optional.empty(), Optional.empty()),
                LIMIT));
        b(Optional.empty());
        awaitStreams();
        try (Socket socket = begun(44)) {
            CompletableFuture<Void> closing = CompletableFuture.runAsync(a::close);
            await().atMost(LIMIT).until(() -> get(nodeA.resolve("/v1/messages"), "POST") == 503);

            assertThat(closing).isNotDone();
            socket.getOutputStream().write(database);
            socket.shutdownOutput();

            assertThat(new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
                    .startsWith("HTTP/1.1 202");
            closing.get(LIMIT.toSeconds(), TimeUnit.SECONDS);
        }
        assertThat(fetch("GET", "1-44").body()).isEqualTo(database);
    }

    @Test
    void shouldTellTheNodeOfASnapshotThatTakesLongerThanTheEnd() throws Exception {
        Sidecar a = a();
        b(Optional.empty());
        awaitStreams();
        BufferedReader events = lines(nodeA.resolve("/v1/events"));
        try (Socket socket = begun(45)) {
            a.close();

            List<String> told = events.lines().toList();
            assertThat(told).anySatisfy(line -> assertThat(line).contains("\"status\":\"failure\""));
            assertThat(told)
                    .anySatisfy(line -> assertThat(line)
                            .contains("\"id\":\"b-1-45\"")
                            .contains("\"state\":\"failed\"")
                            .contains("--shutdown-grace"));
            assertThat(socket.isConnected()).isTrue();
        }
    }

    private int get(URI url, String method) throws Exception {
        return ask(method, url, "application/octet-stream", new byte[0]).statusCode();
    }

    /** A snapshot whose message is there, but not its database; returns when it is being sent. */
    private Socket begun(long index) throws Exception {
        BufferedReader tap = lines(nodeA.resolve("/v1/tap?type=MsgSnap"));
        Socket socket = new Socket(nodeA.getHost(), nodeA.getPort());
        socket.setSoTimeout(Math.toIntExact(LIMIT.toMillis()));
        byte[] frame = Sidecars.frame(snapshot(index));
        String head = "POST /v1/snapshots HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: "
                + (frame.length + database.length) + "\r\n\r\n";
        socket.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));
        socket.getOutputStream().write(frame);
        assertThat(tap.readLine()).contains("MsgSnap");
        return socket;
    }

    @Test
    void shouldSayWhyASnapshotWasNotSent() throws Exception {
        a();
        BufferedReader events = lines(nodeA.resolve("/v1/events"));

        HttpResponse<String> answer = send(snapshot(3), database);

        // Little is read before the peer turns out to be away; then the rest is not waited for.
        assertThat(answer.statusCode()).isIn(202, 502);
        String line = events.readLine();
        while (!line.contains("\"state\":\"failed\"")) {
            line = events.readLine();
        }
        assertThat(line).contains("\"id\":\"b-1-3\"").contains("\"error\":");
    }

    @Test
    void shouldNameWhatIsWrongWithAPost() throws Exception {
        a();
        Message other = snapshot(1).toBuilder().setTo(0x77).build();
        URI url = nodeA.resolve("/v1/snapshots");

        assertThat(send(Sidecars.message(1), database).body())
                .contains("MsgAppResp")
                .contains("expected a MsgSnap");
        assertThat(send(other, database).body()).contains("to 77");
        JsonObject cut = json(ask("POST", url, "application/octet-stream", new byte[] {0, 0, 0}));
        assertThat(cut.get("error").getAsString()).contains("offset 3");
        JsonObject huge = json(ask("POST", url, "application/octet-stream", new byte[] {1, 0, 0, 0, 0, 0, 0, 0}));
        assertThat(huge.get("error").getAsString())
                .contains("72057594037927936")
                .contains("above the limit of " + HeapLimits.OF_JVM.messageBytes());
        assertThat(get(url).statusCode()).isEqualTo(405);
        assertThat(get(url.resolve("/v1/snapshots/../../secret")).statusCode()).isEqualTo(404);
        assertThat(get(url.resolve("/v1/snapshots/x-y")).statusCode()).isEqualTo(400);
        assertThat(get(url.resolve("/v1/snapshots/1-99999999999999999999")).statusCode())
                .isEqualTo(400);
    }
}
