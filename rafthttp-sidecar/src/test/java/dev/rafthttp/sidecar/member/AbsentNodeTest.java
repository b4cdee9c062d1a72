package dev.rafthttp.sidecar.member;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.gson.JsonObject;
import dev.rafthttp.ClusterId;
import dev.rafthttp.Dialect;
import dev.rafthttp.HeapLimits;
import dev.rafthttp.Lane;
import dev.rafthttp.MemberId;
import dev.rafthttp.Protocol;
import dev.rafthttp.ServerVersion;
import dev.rafthttp.raftpb.Message;
import dev.rafthttp.raftpb.MessageType;
import dev.rafthttp.sidecar.events.MemberNames;
import dev.rafthttp.sidecar.peers.NodePeer;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** A node that is away while its peers go on: what waits for it holds no thread, and nothing else. */
class AbsentNodeTest extends SidecarFixture {
    private static final int PEERS = 32;
    private static final int POSTS = 300;

    /** What the inbox holds. */
    private static final int ROOM = 4096;

    private static MemberId peer(int number) {
        return new MemberId(0x100 + number);
    }

    private Sidecar startAmongMany() {
        URI nobody = Sidecars.freeUrl();
        List<NodePeer> peers = LongStream.range(0, PEERS)
                .mapToObj(number -> new NodePeer(peer((int) number), List.of(nobody), Dialect.PUSH))
                .toList();
        return start(new SidecarOptions(
                Sidecars.B,
                ClusterId.parse("cafe"),
                new MemberNames(Map.of()),
                List.of(peerB),
                List.of(peerB),
                peers,
                Optional.empty(),
                Dialect.PUSH,
                new ServerVersion(3, 6, 0),
                nodeB,
                Optional.empty(),
                Optional.empty(),
                folder.resolve("snapshots"),
                folder.resolve("state"),
                Duration.ofMillis(500),
                HeapLimits.OF_JVM));
    }

    private static Message message(int from, MessageType type) {
        return Message.newBuilder()
                .setType(type)
                .setFrom(peer(from).value())
                .setTo(Sidecars.B.value())
                .setTerm(1)
                .build();
    }

    private Socket send(int from, String path, String framing, byte[] body) throws IOException {
        Socket socket = new Socket(peerB.getHost(), peerB.getPort());
        running.add(0, socket);
        socket.setSoTimeout((int) LIMIT.toMillis());
        String head = "POST " + path + " HTTP/1.1\r\nHost: b\r\n" + Protocol.SERVER_FROM + ": " + peer(from) + "\r\n"
                + Protocol.RAFT_TO + ": b\r\n" + Protocol.CLUSTER_ID + ": cafe\r\n" + Protocol.SERVER_VERSION
                + ": 3.6.0\r\n" + Protocol.MIN_CLUSTER_VERSION + ": 3.0.0\r\nContent-Type: " + Protocol.PROTOBUF
                + "\r\n" + framing + "\r\n\r\n";
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        all.writeBytes(head.getBytes(StandardCharsets.US_ASCII));
        all.writeBytes(body);
        socket.getOutputStream().write(all.toByteArray());
        return socket;
    }

    private static byte[] chunk(byte[] bytes) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        all.writeBytes((Integer.toHexString(bytes.length) + "\r\n").getBytes(StandardCharsets.US_ASCII));
        all.writeBytes(bytes);
        all.writeBytes("\r\n".getBytes(StandardCharsets.US_ASCII));
        return all.toByteArray();
    }

    private Socket stream(int from, Lane lane, byte[] frames) throws IOException {
        String path = lane == Lane.MSGAPP ? Protocol.PUSH_MSGAPP_PATH : Protocol.PUSH_MESSAGE_PATH;
        return send(from, path, "Transfer-Encoding: chunked", chunk(frames));
    }

    private static byte[] msgAppFrame(int from) {
        byte[] message = message(from, MessageType.MsgApp).toByteArray();
        return ByteBuffer.allocate(1 + Long.BYTES + message.length)
                .put((byte) 2)
                .putLong(message.length)
                .put(message)
                .array();
    }

    private JsonObject node() throws Exception {
        return json(get(nodeB.resolve("/v1/status"))).getAsJsonObject("node");
    }

    private static long threads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith("rafthttp-b"))
                .count();
    }

    @Test
    void shouldHoldNoThreadAndNothingElseWhileStreamsAndPostsWaitForTheNode() throws Exception {
        startAmongMany();
        ByteArrayOutputStream filling = new ByteArrayOutputStream();
        for (int i = 0; i < ROOM; i++) {
            filling.writeBytes(Sidecars.frame(message(0, MessageType.MsgAppResp)));
        }
        Socket filler = stream(0, Lane.MESSAGE, filling.toByteArray());
        await().atMost(LIMIT).until(() -> node().get("waitingMessages").getAsInt() == ROOM);

        List<Socket> streams = new ArrayList<>();
        filler.getOutputStream().write(chunk(Sidecars.frame(message(0, MessageType.MsgAppResp))));
        streams.add(filler);
        for (int i = 0; i < PEERS; i++) {
            streams.add(stream(i, Lane.MSGAPP, msgAppFrame(i)));
            if (i > 0) {
                streams.add(stream(i, Lane.MESSAGE, Sidecars.frame(message(i, MessageType.MsgAppResp))));
            }
        }
        byte[] posted = message(1, MessageType.MsgVote).toByteArray();
        List<Socket> posts = new ArrayList<>();
        for (int i = 0; i < POSTS; i++) {
            posts.add(send(1, Protocol.PIPELINE_PATH, "Content-Length: " + posted.length, posted));
        }
        int held = 2 * PEERS + POSTS;
        await().atMost(LIMIT).until(() -> node().get("heldBack").getAsInt() == held);

        // Those that took the requests end when they have found nothing to do.
        await().atMost(LIMIT).until(() -> threads() < 20);
        assertThat(node().get("heldBack").getAsInt()).isEqualTo(held);
        for (Socket each : streams) {
            // The head, and acknowledgements again and again: one chunk of them has 13 bytes.
            assertThat(each.getInputStream().readNBytes(400)).hasSize(400);
        }
        assertThat(get(peerB.resolve(Protocol.PROBING_PATH)).statusCode()).isEqualTo(200);
        assertThat(get(nodeB.resolve("/healthz")).statusCode()).isEqualTo(200);
        assertThat(json(ask(
                                "POST",
                                nodeB.resolve("/v1/messages"),
                                "application/octet-stream",
                                Sidecars.frame(Message.newBuilder()
                                        .setType(MessageType.MsgAppResp)
                                        .setFrom(Sidecars.B.value())
                                        .setTo(peer(1).value())
                                        .build())))
                        .get("accepted")
                        .getAsLong())
                .isEqualTo(1);

        DataInputStream reader = read();
        for (int i = 0; i < ROOM + held; i++) {
            next(reader);
        }
        for (Socket each : posts) {
            assertThat(new String(each.getInputStream().readNBytes(12), StandardCharsets.US_ASCII))
                    .isEqualTo("HTTP/1.1 204");
        }
        assertThat(node().get("heldBack").getAsInt()).isZero();
    }
}
