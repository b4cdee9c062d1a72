package dev.rafthttp.sidecar.member;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.rafthttp.raftpb.Message;
import dev.rafthttp.raftpb.MessageType;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Clients of the node's side that stop half-way, many more than it has threads: all others are served as before. */
class StalledClientsTest extends SidecarFixture {
    /** Four times the threads of the node's side. */
    private static final int CLIENTS = 64;

    /** How many databases may be on their way at once. */
    private static final int SENDING = 8;

    private static final String OCTETS = "Content-Type: application/octet-stream\r\nContent-Length: 100000\r\n";

    private final List<Socket> clients = new ArrayList<>();

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    private void stall(int count, byte[]... parts) throws IOException {
        for (int i = 0; i < count; i++) {
            Socket client = new Socket();
            // So that the answer to one that does not read cannot all be in a buffer.
            client.setReceiveBufferSize(4 << 10);
            client.connect(new InetSocketAddress("127.0.0.1", nodeA.getPort()));
            running.add(0, client);
            clients.add(client);
            for (byte[] part : parts) {
                client.getOutputStream().write(part);
            }
            client.getOutputStream().flush();
        }
    }

    private static byte[] head(String method, String path, String more) {
        return ascii(method + " " + path + " HTTP/1.1\r\nHost: localhost\r\n" + more + "\r\n");
    }

    private static String line(Socket client) throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        InputStream in = client.getInputStream();
        for (int next = in.read(); next >= 0 && next != '\r'; next = in.read()) {
            line.write(next);
        }
        return line.toString(StandardCharsets.US_ASCII);
    }

    private static byte[] snapshotFrame() {
        Message.Builder message =
                Sidecars.message(0).toBuilder().setType(MessageType.MsgSnap).clearIndex();
        message.getSnapshotBuilder().getMetadataBuilder().setTerm(1).setIndex(9);
        return Sidecars.frame(message.build());
    }

    private void assertServed() throws Exception {
        assertThat(get(nodeA.resolve("/healthz")).statusCode()).isEqualTo(200);
        assertThat(get(nodeA.resolve("/v1/status")).statusCode()).isEqualTo(200);
        assertThat(json(post(frames(1, 1))).get("accepted").getAsLong()).isEqualTo(1);
        assertThat(ask(
                                "PUT",
                                nodeA.resolve("/v1/peers/c"),
                                "application/json",
                                "{\"urls\":[\"http://127.0.0.1:9\"]}".getBytes(StandardCharsets.UTF_8))
                        .statusCode())
                .isEqualTo(200);
    }

    @Test
    void shouldServeOthersWhenClientsDoNotSendTheirBodies() throws Exception {
        a();
        b(Optional.empty());
        awaitStreams();
        byte[] frame = snapshotFrame();
        String json = "Content-Type: application/json\r\nContent-Length: 1000\r\n";

        stall(CLIENTS, head("POST", "/v1/snapshots", OCTETS));
        stall(CLIENTS, head("POST", "/v1/snapshots", OCTETS), Arrays.copyOf(frame, 9));
        stall(CLIENTS, head("POST", "/v1/messages", OCTETS), new byte[] {0, 0});
        stall(CLIENTS, head("POST", "/v1/messages", json), ascii("{"));
        stall(CLIENTS, head("PUT", "/v1/peers/d", json), ascii("{"));

        assertServed();
    }

    private static boolean hasAnswer(Socket client) {
        try {
            return client.getInputStream().available() > 0;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void assertNoThreadReadsADatabase() {
        assertThat(Thread.getAllStackTraces().values().stream()
                        .flatMap(Arrays::stream)
                        .map(StackTraceElement::getClassName))
                .noneMatch(name -> name.endsWith(".PostedSnapshot") || name.endsWith(".DatabasePump"));
    }

    @Test
    void shouldSayAtOnceThatItIsNotSentWhenThePeerIsAwayAndTheDatabaseDoesNotCome() throws Exception {
        a();

        stall(1, head("POST", "/v1/snapshots", OCTETS), snapshotFrame(), new byte[10]);

        Socket client = clients.get(0);
        client.setSoTimeout((int) LIMIT.toMillis());
        assertThat(line(client)).startsWith("HTTP/1.1 502 ");
        // The rest is read and forgotten.
        client.getOutputStream().write(new byte[100_000 - 10 - snapshotFrame().length]);
        client.getInputStream().transferTo(OutputStream.nullOutputStream());
        assertThat(get(nodeA.resolve("/healthz")).statusCode()).isEqualTo(200);
    }

    @Test
    void shouldServeOthersAndRefuseTheRestWhenClientsDoNotSendTheirDatabases() throws Exception {
        a();
        b(Optional.empty());
        awaitStreams();
        byte[] head = head("POST", "/v1/snapshots", OCTETS);

        stall(CLIENTS, head, snapshotFrame(), new byte[10]);

        assertServed();
        await().atMost(LIMIT)
                .untilAsserted(() -> assertThat(clients.stream()
                                .filter(StalledClientsTest::hasAnswer)
                                .count())
                        .isEqualTo(CLIENTS - SENDING));
        assertNoThreadReadsADatabase();
        List<String> answers = new ArrayList<>();
        for (Socket client : clients) {
            client.shutdownOutput();
        }
        for (Socket client : clients) {
            client.setSoTimeout((int) LIMIT.toMillis());
            answers.add(line(client));
        }
        assertThat(answers.stream().filter(answer -> answer.contains(" 503 ")).count())
                .isEqualTo(CLIENTS - SENDING);
        assertThat(json(get(nodeA.resolve("/v1/status"))).has("peers")).isTrue();
    }

    @Test
    void shouldServeOthersWhenClientsDoNotReadTheirAnswers() throws Exception {
        a();
        b(Optional.empty());
        awaitStreams();
        Path database = folder.resolve("snapshots-a").resolve("0000000000000001-0000000000000009.snap.db");
        Files.createDirectories(database.getParent());
        try (RandomAccessFile sparse = new RandomAccessFile(database.toFile(), "rw")) {
            sparse.setLength(64L << 20);
        }

        stall(CLIENTS, head("GET", "/v1/snapshots/1-9", ""));
        stall(CLIENTS, head("GET", "/v1/messages", ""));
        stall(CLIENTS, head("GET", "/v1/events", "Last-Event-ID: 1a-1\r\n"));
        stall(CLIENTS, head("GET", "/v1/tap", ""));
        await().atMost(LIMIT)
                .untilAsserted(() -> assertThat(json(get(nodeA.resolve("/v1/status")))
                                .getAsJsonObject("node")
                                .get("attached")
                                .getAsBoolean())
                        .isTrue());
        for (int i = 0; i < 20; i++) {
            post(largeFrames(500));
        }

        assertThat(get(nodeA.resolve("/healthz")).statusCode()).isEqualTo(200);
        assertThat(get(nodeA.resolve("/v1/status")).statusCode()).isEqualTo(200);
        assertThat(post(frames(1, 1)).statusCode()).isEqualTo(200);
    }
}
