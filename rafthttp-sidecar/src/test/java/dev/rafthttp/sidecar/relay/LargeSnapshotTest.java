package dev.rafthttp.sidecar.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A snapshot of 1 GiB through a relay whose heap is 128 MiB: the relay is a process of its own, both ends are here. */
class LargeSnapshotTest {
    private static final long GIB = 1L << 30;
    private static final int CHUNK = 1 << 20;

    @TempDir
    private Path folder;

    @Test
    void shouldPassAGibibyteWhenTheHeapIsAnEighthOfIt() throws Exception {
        URI front = Relays.freeUrl();
        try (ServerSocket member = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Process relay = relay(front, member.getLocalPort());
            try {
                CompletableFuture<Long> received = CompletableFuture.supplyAsync(() -> receive(member));
                String answer = send(connect(front));

                assertThat(received.get(60, TimeUnit.SECONDS)).isEqualTo(GIB + Long.BYTES);
                assertThat(answer).startsWith("HTTP/1.1 204 ");
                relay.destroy();
                assertThat(relay.waitFor(30, TimeUnit.SECONDS)).isTrue();
                assertThat(relay.exitValue()).isZero();
                assertThat(Files.readString(folder.resolve("log"))).doesNotContain("OutOfMemory");
            } finally {
                relay.destroyForcibly();
            }
        }
    }

    private Process relay(URI front, int target) throws IOException {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx128m",
                        "-XX:MaxDirectMemorySize=128m",
                        "-cp",
                        System.getProperty("java.class.path"),
                        "dev.rafthttp.sidecar.Main",
                        "relay",
                        "--initial-cluster=a=" + front,
                        "--targets=a=http://127.0.0.1:" + target,
                        "--listen-node=" + Relays.freeUrl())
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("log").toFile())
                .start();
    }

    /** Waits until the relay listens. */
    private static Socket connect(URI front) throws IOException {
        Socket socket = await().atMost(Duration.ofMinutes(1))
                .ignoreException(ConnectException.class)
                .until(() -> new Socket(InetAddress.getByName(front.getHost()), front.getPort()), Socket::isConnected);
        socket.setSoTimeout(60_000);
        return socket;
    }

    private static String send(Socket socket) throws IOException {
        try (socket) {
            OutputStream out = socket.getOutputStream();
            out.write(ascii("POST /raft/snapshot HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"));
            out.write(ascii("8\r\n"));
            // An empty message, then the database.
            out.write(ByteBuffer.allocate(Long.BYTES).array());
            out.write(ascii("\r\n"));
            byte[] database = new byte[CHUNK];
            for (long sent = 0; sent < GIB; sent += CHUNK) {
                out.write(ascii(Integer.toHexString(CHUNK) + "\r\n"));
                out.write(database);
                out.write(ascii("\r\n"));
            }
            out.write(ascii("0\r\n\r\n"));
            return new String(socket.getInputStream().readNBytes("HTTP/1.1 204 ".length()), StandardCharsets.US_ASCII);
        }
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    /** Reads a chunked body to its end, and answers; returns its length. */
    private static long receive(ServerSocket member) {
        try (Socket socket = member.accept()) {
            InputStream in = new BufferedInputStream(socket.getInputStream(), CHUNK);
            while (!line(in).isEmpty()) {
                // the head
            }
            long length = 0;
            while (true) {
                long chunk = Long.parseLong(line(in), 16);
                in.skipNBytes(chunk);
                line(in);
                if (chunk == 0) {
                    socket.getOutputStream().write(ascii("HTTP/1.1 204 No Content\r\n\r\n"));
                    return length;
                }
                length += chunk;
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String line(InputStream in) throws IOException {
        StringBuilder line = new StringBuilder();
        for (int next = in.read(); next != '\n' && next >= 0; next = in.read()) {
            line.append((char) next);
        }
        return line.toString().strip();
    }
}
