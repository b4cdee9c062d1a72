package dev.rafthttp.sidecar.member;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.gson.JsonObject;
import com.google.protobuf.ByteString;
import com.sun.net.httpserver.HttpServer;
import dev.rafthttp.HeapLimits;
import dev.rafthttp.MemberId;
import dev.rafthttp.Protocol;
import dev.rafthttp.fixture.LogLines;
import dev.rafthttp.raftpb.Message;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.net.URI;
import java.net.UnixDomainSocketAddress;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** Two sidecars, over real loopback HTTP: what the node of a posts comes to the node of b. */
class SidecarTest extends SidecarFixture {
    @Test
    void shouldGiveEveryMessageToTheOtherNodeInOrderWhenFramesArePosted() throws Exception {
        a();
        b(Optional.empty());
        awaitStreams();
        DataInputStream in = read();

        JsonObject answer = json(post(frames(1, 1000)));

        assertThat(answer.get("accepted").getAsLong()).isEqualTo(1000);
        assertThat(answer.get("dropped").getAsLong()).isZero();
        for (long index = 1; index <= 1000; index++) {
            assertThat(next(in)).isEqualTo(Sidecars.message(index));
        }
    }

    @Test
    void shouldWriteALineOfJsonWhenTheReaderAcceptsJson() throws Exception {
        a();
        b(Optional.empty());
        awaitStreams();
        HttpResponse<InputStream> reader = http.send(
                HttpRequest.newBuilder(nodeB.resolve("/v1/messages"))
                        .header("Accept", "application/json")
                        .build(),
                BodyHandlers.ofInputStream());
        running.add(0, reader.body());

        HttpResponse<String> answer = ask(
                "POST",
                nodeA.resolve("/v1/messages"),
                "application/json",
                "{\"type\":\"MsgHeartbeat\",\"from\":\"10\",\"to\":\"11\",\"commit\":\"7\"}"
                        .getBytes(StandardCharsets.UTF_8));

        assertThat(answer.statusCode()).isEqualTo(200);
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (int next = reader.body().read(); next != '\n'; next = reader.body().read()) {
            line.write(next);
        }
        assertThat(line.toString(StandardCharsets.UTF_8))
                .isEqualTo("{\"type\":\"MsgHeartbeat\",\"to\":\"11\",\"from\":\"10\",\"commit\":\"7\"}");
    }

    @Test
    void shouldNameOffsetAndValueAndLiveOnWhenABodyIsWrong() throws Exception {
        a();
        byte[] huge = ByteBuffer.allocate(Long.BYTES).putLong(1L << 40).array();

        assertThat(post(huge).statusCode()).isEqualTo(413);
        assertThat(post(huge).body())
                .contains("1099511627776")
                .contains(Integer.toString(HeapLimits.OF_JVM.messageBytes()));
        assertThat(post(new byte[] {0, 0, 0}).body()).contains("within the frame at offset 0");
        assertThat(post(new byte[1 << 20]).statusCode()).isEqualTo(400);
        assertThat(ask("POST", nodeA.resolve("/v1/messages"), "text/plain", frames(1, 1))
                        .statusCode())
                .isEqualTo(415);
        assertThat(ask("POST", nodeA.resolve("/v1/messages"), "application/json", new byte[] {'{'})
                        .statusCode())
                .isEqualTo(400);
        assertThat(get(nodeA.resolve("/healthz")).statusCode()).isEqualTo(200);
    }

    @Test
    void shouldRefuseWhatIsAboveTheLimitsOfItsOptionsAndTakeTheNext() throws Exception {
        int maxMessage = 64 << 10;
        int maxPost = 16 << 10;
        Message large = Sidecars.message(1).toBuilder()
                .setContext(ByteString.copyFrom(new byte[2 * maxMessage]))
                .build();
        a();
        start(Sidecars.withLimits(
                Sidecars.options(
                        Sidecars.B, peerB, Sidecars.A, peerA, nodeB, folder, Optional.empty(), Optional.empty()),
                new HeapLimits(maxMessage, maxPost, 1 << 20, 64 << 20)));
        awaitStreams();
        DataInputStream in = read();

        try (LogLines log = LogLines.named("dev.rafthttp")) {
            post(Sidecars.frame(large));
            await().atMost(LIMIT)
                    .until(() -> log.texts().stream().anyMatch(line -> line.contains("limit of " + maxMessage)));
        }
        awaitStreams();
        post(frames(2, 2));
        HttpResponse<String> posted = http.send(
                HttpRequest.newBuilder(peerB.resolve("/raft"))
                        .header(Protocol.CLUSTER_ID, "cafe")
                        .header(Protocol.SERVER_FROM, Sidecars.A.toString())
                        .header(Protocol.SERVER_VERSION, "3.6.0")
                        .header(Protocol.MIN_CLUSTER_VERSION, "3.0.0")
                        .header("Content-Type", "application/protobuf")
                        .POST(HttpRequest.BodyPublishers.ofByteArray(new byte[maxPost + 1]))
                        .build(),
                BodyHandlers.ofString());

        assertThat(next(in)).isEqualTo(Sidecars.message(2));
        assertThat(posted.statusCode()).isEqualTo(413);
        assertThat(posted.body()).contains(Integer.toString(maxPost));
    }

    @Test
    void shouldEndTheOlderReaderWhenANewerOneComes() throws Exception {
        a();
        b(Optional.empty());
        awaitStreams();
        DataInputStream older = read();
        DataInputStream newer = read();

        assertThat(older.read()).isEqualTo(-1);
        post(frames(1, 1));

        assertThat(next(newer)).isEqualTo(Sidecars.message(1));
    }

    @Test
    void shouldHoldThePeerBackAndLoseNothingItAcceptedWhenNobodyReads() throws Exception {
        a();
        Sidecar b = b(Optional.empty());
        awaitStreams();

        // Far more than the inbox, a lane's queue and all socket buffers between them take.
        JsonObject answer = json(post(largeFrames(40_000)));
        await().atMost(LIMIT).until(() -> b.inbox().size() >= 4096);

        assertThat(b.inbox().size()).isEqualTo(4096);
        assertThat(answer.get("dropped").getAsLong()).isPositive();
        assertThat(json(get(nodeB.resolve("/v1/status")))
                        .getAsJsonObject("node")
                        .get("attached")
                        .getAsBoolean())
                .isFalse();
        DataInputStream in = read();
        long before = 0;
        for (long count = 0; count < answer.get("accepted").getAsLong(); count++) {
            long index = next(in).getIndex();
            assertThat(index).isGreaterThan(before);
            before = index;
        }
    }

    @Test
    void shouldLoseAndReorderNothingWhenTheCallbackFailsForAWhile() throws Exception {
        List<Long> taken = Collections.synchronizedList(new ArrayList<>());
        AtomicInteger failures = new AtomicInteger(3);
        HttpServer node = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
        running.add(() -> node.stop(0));
        node.createContext("/take", exchange -> {
            byte[] body = exchange.getRequestBody().readAllBytes();
            int status = 500;
            if (failures.getAndDecrement() <= 0) {
                status = 204;
                ByteBuffer left = ByteBuffer.wrap(body);
                while (left.hasRemaining()) {
                    byte[] message = new byte[(int) left.getLong()];
                    left.get(message);
                    taken.add(Message.parseFrom(message).getIndex());
                }
            }
            exchange.sendResponseHeaders(status, -1);
            exchange.close();
        });
        node.start();
        a();
        b(Optional.of(URI.create("http://127.0.0.1:" + node.getAddress().getPort() + "/take")));
        awaitStreams();

        for (long index = 1; index <= 3000; index += 100) {
            assertThat(json(post(frames(index, index + 99))).get("accepted").getAsLong())
                    .isEqualTo(100);
        }

        await().atMost(LIMIT).until(() -> taken.size() >= 3000);
        assertThat(taken)
                .containsExactlyElementsOf(
                        LongStream.rangeClosed(1, 3000).boxed().toList());
        assertThat(get(nodeB.resolve("/v1/messages")).statusCode()).isEqualTo(409);
    }

    @Test
    void shouldKnowItsPeersAgainWhenItIsStartedAgain() throws Exception {
        Sidecar first = a();
        URI peers = nodeA.resolve("/v1/peers/");
        byte[] body = "{\"urls\":[\"http://127.0.0.1:9\"],\"dialect\":\"etcd\"}".getBytes(StandardCharsets.UTF_8);

        assertThat(ask("PUT", peers.resolve("c"), "application/json", body).statusCode())
                .isEqualTo(200);
        assertThat(ask("DELETE", peers.resolve("b"), "application/json", new byte[0])
                        .statusCode())
                .isEqualTo(204);
        first.close();
        a();

        JsonObject all = json(get(nodeA.resolve("/v1/peers")));
        assertThat(all.getAsJsonArray("peers")).hasSize(1);
        assertThat(all.getAsJsonArray("peers")
                        .get(0)
                        .getAsJsonObject()
                        .get("id")
                        .getAsString())
                .isEqualTo("c");
        assertThat(json(post(frames(1, 1))).get("dropped").getAsLong()).isEqualTo(1);
        assertThat(ask("PUT", peers.resolve("a"), "application/json", body).statusCode())
                .isEqualTo(409);
    }

    @Test
    void shouldNameMembersInItsStatusAndTheKeptPeersWhenItStarts() throws Exception {
        Sidecar first = a();
        byte[] set =
                "{\"peers\":{\"b\":{\"urls\":[\"http://127.0.0.1:9\"]},\"c\":{\"urls\":[\"http://127.0.0.1:9\"]}},\"removed\":[]}"
                        .getBytes(StandardCharsets.UTF_8);
        ask("PUT", nodeA.resolve("/v1/peers"), "application/json", set);
        first.close();

        try (LogLines log = LogLines.of(Sidecar.class)) {
            a();

            assertThat(log.texts())
                    .anySatisfy(line -> assertThat(line)
                            .contains("sidecar of member anna (a)")
                            .contains("peers [bert (b), c]"));
        }
        JsonObject status = json(get(nodeA.resolve("/v1/status")));
        assertThat(status.get("name").getAsString()).isEqualTo("anna");
        JsonObject peer = status.getAsJsonArray("peers").get(0).getAsJsonObject();
        assertThat(peer.get("name").getAsString()).isEqualTo("bert");
        await().atMost(LIMIT)
                .until(() -> json(get(nodeA.resolve("/v1/status")))
                        .getAsJsonArray("peers")
                        .get(0)
                        .getAsJsonObject()
                        .getAsJsonObject("lanes")
                        .getAsJsonObject("message")
                        .has("lastFailure"));
    }

    @Test
    void shouldNotBeReadyBeforeTheCallbackAnswers() throws Exception {
        URI callback = Sidecars.freeUrl();
        b(Optional.of(callback.resolve("/take")));
        assertThat(get(nodeB.resolve("/readyz")).statusCode()).isEqualTo(503);

        HttpServer node = HttpServer.create(new InetSocketAddress(callback.getHost(), callback.getPort()), 0);
        running.add(() -> node.stop(0));
        List<Integer> posts = Collections.synchronizedList(new ArrayList<>());
        node.createContext("/take", exchange -> {
            posts.add(exchange.getRequestBody().readAllBytes().length);
            exchange.sendResponseHeaders(204, -1);
            exchange.close();
        });
        node.start();

        await().atMost(LIMIT).until(() -> get(nodeB.resolve("/readyz")).statusCode() == 200);
        assertThat(posts).containsExactly(0);
    }

    @Test
    void shouldAskForTheTokenButNotWhenAskedWhetherItIsWell() throws Exception {
        startWithToken("secret");

        assertThat(get(nodeA.resolve("/v1/status")).statusCode()).isEqualTo(401);
        assertThat(get(nodeA.resolve("/healthz")).statusCode()).isEqualTo(200);
        assertThat(get(nodeA.resolve("/readyz")).statusCode()).isEqualTo(503);
        assertThat(http.send(
                                HttpRequest.newBuilder(nodeA.resolve("/v1/status"))
                                        .header("Authorization", "Bearer secret")
                                        .build(),
                                BodyHandlers.ofString())
                        .statusCode())
                .isEqualTo(200);
    }

    /** Where a socket is made has to fit too. */
    @Test
    void shouldListenAtASocketOfTheLongestPathThatIsTaken() throws Exception {
        int left = 106 - folder.toString().length() - "//a.sock".length();
        Path socket = Files.createDirectory(folder.resolve("x".repeat(left))).resolve("a.sock");
        start(Sidecars.options(
                Sidecars.A,
                peerA,
                Sidecars.B,
                peerB,
                URI.create("unix:" + socket),
                folder,
                Optional.empty(),
                Optional.empty()));

        assertThat(socket.toString()).hasSize(106);
        try (SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(socket))) {
            assertThat(channel.isConnected()).isTrue();
        }
    }

    @Test
    void shouldListenAtASocketOfItsOwnerOnlyAndRemoveItWhenItEnds() throws Exception {
        Path socket = folder.resolve("node.sock");
        MemberId member = Sidecars.A;
        Sidecar sidecar = start(Sidecars.options(
                member,
                peerA,
                Sidecars.B,
                peerB,
                URI.create("unix:" + socket),
                folder,
                Optional.empty(),
                Optional.empty()));

        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(socket)))
                .isEqualTo("rw-------");
        try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            channel.connect(UnixDomainSocketAddress.of(socket));
            channel.write(ByteBuffer.wrap("GET /healthz HTTP/1.0\r\n\r\n".getBytes(StandardCharsets.US_ASCII)));
            ByteBuffer answer = ByteBuffer.allocate(64);
            channel.read(answer);
            assertThat(new String(answer.array(), StandardCharsets.US_ASCII)).startsWith("HTTP/1.1 200");
        }
        sidecar.close();
        assertThat(socket).doesNotExist();
    }
}
