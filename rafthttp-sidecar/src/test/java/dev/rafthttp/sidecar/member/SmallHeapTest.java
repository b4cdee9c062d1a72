package dev.rafthttp.sidecar.member;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import dev.rafthttp.raftpb.Message;
import dev.rafthttp.raftpb.MessageType;
import java.io.BufferedReader;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A sidecar of little memory that is sent more than it can hold: every exchange ends, and later messages flow. */
class SmallHeapTest extends SidecarFixture {
    private static final Pattern LIMITS =
            Pattern.compile("derived from the heap of (\\d+) bytes: (\\d+) bytes per message, (\\d+) per post");
    private static final int HUGE = 100 << 20;
    private static final int PIECE = 64 << 10;

    private static final String PEER_HEADERS = "X-Server-From: b\r\nX-Server-Version: 3.6.0\r\n"
            + "X-Min-Cluster-Version: 3.0.0\r\nX-Etcd-Cluster-ID: cafe\r\nX-Raft-To: a\r\n";

    private final List<Socket> sockets = new ArrayList<>();
    private ForkedMain sidecar;
    private int heap;
    private int frameLimit;
    private int postLimit;

    @BeforeEach
    void start() throws IOException {
        sidecar = new ForkedMain(
                List.of("-Xmx64m", "-XX:+UseSerialGC"),
                List.of(
                        "sidecar",
                        "--member-id=a",
                        "--cluster-id=cafe",
                        "--peer=a=" + peerA,
                        "--peer=b=" + peerB,
                        "--listen-node=" + nodeA,
                        "--snapshot-dir=" + folder.resolve("snapshots"),
                        "--state-dir=" + folder.resolve("state")),
                folder.resolve("a.log"));
        running.add(sidecar);
        await().atMost(LIMIT)
                .ignoreExceptionsInstanceOf(IOException.class)
                .untilAsserted(() ->
                        assertThat(get(nodeA.resolve("/healthz")).statusCode()).isEqualTo(200));
        Matcher limits = LIMITS.matcher(sidecar.log());
        assertThat(limits.find()).as(sidecar.log()).isTrue();
        heap = Integer.parseInt(limits.group(1));
        frameLimit = Integer.parseInt(limits.group(2));
        postLimit = Integer.parseInt(limits.group(3));
    }

    @AfterEach
    void closeSockets() throws IOException {
        for (Socket socket : sockets) {
            socket.close();
        }
    }

    /** Sends a head and as many bytes of its body as are taken; the first bytes are the given ones. */
    private Socket send(URI url, String path, String headers, long announced, byte[] first, int bytes)
            throws IOException {
        Socket socket = connect(url);
        sockets.add(socket);
        socket.setSoTimeout((int) LIMIT.toMillis());
        OutputStream out = socket.getOutputStream();
        out.write(("POST " + path + " HTTP/1.1\r\nHost: localhost\r\n" + headers
                        + "Content-Type: application/octet-stream\r\n" + "Content-Length: " + announced + "\r\n\r\n")
                .getBytes(StandardCharsets.US_ASCII));
        try {
            out.write(first);
            for (int sent = first.length; sent < bytes; sent += PIECE) {
                out.write(new byte[Math.min(PIECE, bytes - sent)]);
            }
        } catch (IOException refused) {
            // Its answer may be there all the same.
        }
        return socket;
    }

    private Socket connect(URI url) throws IOException {
        try {
            return new Socket(InetAddress.getLoopbackAddress(), url.getPort());
        } catch (ConnectException e) {
            throw new AssertionError("nobody listens at " + url + "; the sidecar said " + sidecar.log(), e);
        }
    }

    /** The status that a request is answered with; "closed" if its connection ends without. Fails if neither comes. */
    private static String outcome(Socket socket) throws IOException {
        try {
            String line = new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII))
                    .readLine();
            return line == null ? "closed" : line.split(" ")[1];
        } catch (SocketException reset) {
            return "closed";
        }
    }

    private static byte[] length(long length) {
        return ByteBuffer.allocate(Long.BYTES).putLong(length).array();
    }

    /** The beginning of a message whose context is of so many bytes. */
    private static byte[] messageHead(int context) {
        byte[] whole = Message.newBuilder()
                .setType(MessageType.MsgHeartbeat)
                .setContext(ByteString.copyFrom(new byte[context]))
                .build()
                .toByteArray();
        return Arrays.copyOf(whole, 64);
    }

    private void assertMessagesFlow() throws Exception {
        assertThat(sidecar.process().isAlive()).as(sidecar.log()).isTrue();
        Message message = Message.newBuilder()
                .setType(MessageType.MsgHeartbeat)
                .setFrom(0xb)
                .setTo(0xa)
                .setTerm(7)
                .build();
        byte[] body = message.toByteArray();
        await().atMost(LIMIT).untilAsserted(() -> {
            Socket post = send(peerA, "/raft", PEER_HEADERS, body.length, body, body.length);
            assertThat(outcome(post)).isEqualTo("204");
        });
        assertThat(firstReceived()).isEqualTo(message);
        assertThat(get(nodeA.resolve("/healthz")).statusCode()).isEqualTo(200);
    }

    private Message firstReceived() throws Exception {
        InputStream body = http.send(
                        HttpRequest.newBuilder(nodeA.resolve("/v1/messages")).build(), BodyHandlers.ofInputStream())
                .body();
        running.add(0, body);
        return next(new DataInputStream(body));
    }

    @Test
    void shouldRefuseWhatIsAboveALimitThatFollowsFromTheHeap() throws Exception {
        assertThat(frameLimit).isEqualTo(heap / 8);
        assertThat(postLimit).isEqualTo(heap / 16);

        assertThat(outcome(send(peerA, "/raft", PEER_HEADERS, HUGE, new byte[0], HUGE)))
                .isEqualTo("413");
        assertThat(outcome(send(peerA, "/raft/snapshot", PEER_HEADERS, HUGE, length(HUGE - 8), HUGE)))
                .isEqualTo("400");
        assertThat(outcome(send(nodeA, "/v1/messages", "", HUGE, length(HUGE - 8), HUGE)))
                .isEqualTo("413");
        assertThat(outcome(send(nodeA, "/v1/snapshots", "", HUGE, length(HUGE - 8), HUGE)))
                .isEqualTo("413");
        Socket stream = send(peerA, "/raft/stream/message", PEER_HEADERS, HUGE, length(HUGE - 8), HUGE);
        assertThat(stream.getInputStream().readAllBytes())
                .asString(StandardCharsets.US_ASCII)
                .startsWith("HTTP/1.1 200");

        assertMessagesFlow();
    }

    @Test
    void shouldEndEveryExchangeWhenTheHeapHasNoRoomForAllOfThem() throws Exception {
        Map<String, List<Socket>> all = new TreeMap<>();
        for (int i = 0; i < 30; i++) {
            all.computeIfAbsent("post", any -> new ArrayList<>())
                    .add(send(peerA, "/raft", PEER_HEADERS, postLimit, messageHead(postLimit), postLimit - 1));
        }
        for (int i = 0; i < 12; i++) {
            all.computeIfAbsent("node", any -> new ArrayList<>())
                    .add(send(nodeA, "/v1/messages", "", frameLimit + 8, length(frameLimit), frameLimit));
        }
        for (int i = 0; i < 20; i++) {
            all.computeIfAbsent("snapshot", any -> new ArrayList<>())
                    .add(send(peerA, "/raft/snapshot", PEER_HEADERS, postLimit + 8, length(postLimit), postLimit));
        }
        Map<String, Map<String, Long>> outcomes = new TreeMap<>();
        for (Map.Entry<String, List<Socket>> each : all.entrySet()) {
            List<String> ends = new ArrayList<>();
            for (Socket socket : each.getValue()) {
                // Its last byte, if it is still waited for: what is whole then is no message, or one for nobody.
                try {
                    socket.getOutputStream().write(new byte[9]);
                    socket.shutdownOutput();
                } catch (IOException answered) {
                    // As it should be.
                }
                ends.add(outcome(socket));
            }
            outcomes.put(
                    each.getKey(), ends.stream().collect(Collectors.groupingBy(end -> end, Collectors.counting())));
        }
        System.out.println("in a heap of " + heap + " bytes: " + outcomes);
        assertThat(outcomes.values().stream().flatMap(each -> each.keySet().stream()))
                .contains("503");
        closeSockets();

        assertMessagesFlow();
        // Refused before the heap is full: where it runs out, any thread may be the one that fails.
        assertThat(sidecar.log())
                .contains("all that is being received by posts has", "all that is being received from the node has")
                .doesNotContain("Java heap space");
    }
}
