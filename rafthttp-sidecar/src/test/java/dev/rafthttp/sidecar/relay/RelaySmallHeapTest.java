package dev.rafthttp.sidecar.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import com.sun.net.httpserver.HttpServer;
import dev.rafthttp.raftpb.Message;
import dev.rafthttp.raftpb.MessageType;
import dev.rafthttp.sidecar.member.ForkedMain;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A relay of little memory that is sent more than it can hold: every exchange ends, and later messages pass. */
class RelaySmallHeapTest {
    private static final Pattern LIMIT = Pattern.compile("raft message too large \\(the limit is (\\d+) bytes\\)");
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final int PIECE = 64 << 10;
    private static final int HEAP_MIB = 64;

    private final URI front = Relays.freeUrl();
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final List<Socket> sockets = new ArrayList<>();
    private HttpServer member;
    private ForkedMain relay;
    private int limit;

    @TempDir
    private Path folder;

    @BeforeEach
    void start() throws IOException {
        member = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        member.setExecutor(threads);
        member.createContext("/", exchange -> {
            exchange.getRequestBody().transferTo(OutputStream.nullOutputStream());
            exchange.sendResponseHeaders(204, -1);
            exchange.close();
        });
        member.start();
        relay = new ForkedMain(
                List.of("-Xmx" + HEAP_MIB + "m", "-XX:+UseSerialGC"),
                List.of(
                        "relay",
                        "--initial-cluster=a=" + front + ",b=" + Relays.freeUrl(),
                        "--member-ids=a=a,b=b",
                        "--cluster-id=cafe",
                        "--targets=a=http://127.0.0.1:" + member.getAddress().getPort() + ",b=" + Relays.freeUrl(),
                        "--listen-node=" + Relays.freeUrl(),
                        "--state-dir=" + folder.resolve("state")),
                folder.resolve("log"));
        limit = await().atMost(PATIENCE)
                .ignoreExceptionsInstanceOf(IOException.class)
                .until(this::limit, found -> found > 0);
        assertThat(limit).isLessThan(HEAP_MIB << 20 >> 3);
    }

    @AfterEach
    void close() throws IOException {
        for (Socket socket : sockets) {
            socket.close();
        }
        relay.close();
        member.stop(0);
        threads.shutdownNow();
    }

    /** That of a post, as the relay answers what is above it. */
    private int limit() throws IOException {
        Socket socket = send("/raft", Integer.MAX_VALUE, new byte[0], 0);
        Matcher answer = LIMIT.matcher(reader(socket).lines().collect(Collectors.joining("\n")));
        return answer.find() ? Integer.parseInt(answer.group(1)) : 0;
    }

    /** Sends a head and as many bytes of its body as are taken; the first bytes are the given ones. */
    private Socket send(String path, long announced, byte[] first, int bytes) throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), front.getPort());
        sockets.add(socket);
        socket.setSoTimeout((int) PATIENCE.toMillis());
        OutputStream out = socket.getOutputStream();
        out.write(("POST " + path + " HTTP/1.1\r\nHost: a\r\nX-Server-From: b\r\nContent-Length: " + announced
                        + "\r\n\r\n")
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

    private static BufferedReader reader(Socket socket) throws IOException {
        return new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII));
    }

    /** The status that a request is answered with; "closed" if its connection ends without. Fails if neither comes. */
    private static String outcome(Socket socket) throws IOException {
        try {
            String line = reader(socket).readLine();
            return line == null ? "closed" : line.split(" ")[1];
        } catch (SocketException reset) {
            return "closed";
        }
    }

    private static Message.Builder message(MessageType type) {
        return Message.newBuilder().setType(type).setFrom(0xb).setTo(0xa).setTerm(7);
    }

    /** The beginning of a message whose context is of so many bytes. */
    private static byte[] beginningOf(Message.Builder message, int context) {
        byte[] whole = message.setContext(ByteString.copyFrom(new byte[context]))
                .build()
                .toByteArray();
        return Arrays.copyOf(whole, 64);
    }

    private static byte[] withLength(int length, byte[] message) {
        return ByteBuffer.allocate(Long.BYTES + message.length)
                .putLong(length)
                .put(message)
                .array();
    }

    /** A message of almost as many bytes as the limit, whole. */
    private void assertPasses() throws IOException {
        byte[] large = message(MessageType.MsgHeartbeat)
                .setContext(ByteString.copyFrom(new byte[limit - 100]))
                .build()
                .toByteArray();
        Socket post = send("/raft", large.length, large, large.length);
        assertThat(outcome(post)).isEqualTo("204");
        post.close();
    }

    @Test
    void shouldEndEveryExchangeWhenTheHeapHasNoRoomForAllOfThem() throws Exception {
        Map<String, List<Socket>> all = new TreeMap<>();
        for (int i = 0; i < 30; i++) {
            all.computeIfAbsent("post", any -> new ArrayList<>())
                    .add(send("/raft", limit, beginningOf(message(MessageType.MsgHeartbeat), limit), limit - 1));
        }
        for (int i = 0; i < 30; i++) {
            byte[] head = withLength(limit, beginningOf(message(MessageType.MsgSnap), limit));
            all.computeIfAbsent("snapshot", any -> new ArrayList<>())
                    .add(send("/raft/snapshot", limit + Long.BYTES, head, limit + Long.BYTES - 1));
        }
        Map<String, Map<String, Long>> outcomes = new TreeMap<>();
        for (Map.Entry<String, List<Socket>> each : all.entrySet()) {
            List<String> ends = new ArrayList<>();
            for (Socket socket : each.getValue()) {
                // Its last byte, if it is still waited for: what is whole then is no message.
                try {
                    socket.getOutputStream().write(0);
                    socket.shutdownOutput();
                } catch (IOException answered) {
                    // As it should be.
                }
                ends.add(outcome(socket));
            }
            outcomes.put(
                    each.getKey(), ends.stream().collect(Collectors.groupingBy(end -> end, Collectors.counting())));
        }
        assertThat(outcomes.get("post")).as("%s", outcomes).containsKey("503");
        // Those that are not looked at pass.
        assertThat(outcomes.get("snapshot")).as("%s", outcomes).containsKey("204");
        assertThat(relay.log()).contains("no room in the heap");

        // More than the heap holds, one after the other.
        await().atMost(PATIENCE).untilAsserted(this::assertPasses);
        for (int i = 0; i < 2 * HEAP_MIB * (1 << 20) / limit; i++) {
            assertPasses();
        }
        assertThat(relay.process().isAlive()).as(relay.log()).isTrue();
    }
}
