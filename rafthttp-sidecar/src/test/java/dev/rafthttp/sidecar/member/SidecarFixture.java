package dev.rafthttp.sidecar.member;

import static org.awaitility.Awaitility.await;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.google.protobuf.ByteString;
import dev.rafthttp.raftpb.Message;
import dev.rafthttp.sidecar.http.ApiToken;
import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;

/** Two sidecars that a test starts, over real loopback HTTP, and how it asks them. */
abstract class SidecarFixture {
    static final Duration LIMIT = Duration.ofSeconds(20);

    final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(10))
            .build();
    final URI peerA = Sidecars.freeUrl();
    final URI peerB = Sidecars.freeUrl();
    final URI nodeA = Sidecars.freeUrl();
    final URI nodeB = Sidecars.freeUrl();
    final List<AutoCloseable> running = new ArrayList<>();

    @TempDir
    Path folder;

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable each : running) {
            each.close();
        }
    }

    Sidecar a() {
        return start(Sidecars.options(
                Sidecars.A, peerA, Sidecars.B, peerB, nodeA, folder, Optional.empty(), Optional.empty()));
    }

    Sidecar b(Optional<URI> callback) {
        return start(Sidecars.options(Sidecars.B, peerB, Sidecars.A, peerA, nodeB, folder, callback, Optional.empty()));
    }

    Sidecar start(SidecarOptions options) {
        Sidecar sidecar = new Sidecar(options);
        running.add(sidecar);
        sidecar.start();
        return sidecar;
    }

    HttpResponse<String> ask(String method, URI url, String type, byte[] body)
            throws IOException, InterruptedException {
        return http.send(
                HttpRequest.newBuilder(url)
                        .header("Content-Type", type)
                        .timeout(LIMIT)
                        .method(method, BodyPublishers.ofByteArray(body))
                        .build(),
                BodyHandlers.ofString());
    }

    HttpResponse<String> post(byte[] body) throws IOException, InterruptedException {
        return ask("POST", nodeA.resolve("/v1/messages"), "application/octet-stream", body);
    }

    HttpResponse<String> get(URI url) throws IOException, InterruptedException {
        return ask("GET", url, "application/octet-stream", new byte[0]);
    }

    DataInputStream read() throws IOException, InterruptedException {
        InputStream body = http.send(
                        HttpRequest.newBuilder(nodeB.resolve("/v1/messages")).build(), BodyHandlers.ofInputStream())
                .body();
        running.add(0, body);
        return new DataInputStream(body);
    }

    BufferedReader lines(URI url, String... headers) throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(url);
        if (headers.length > 0) {
            request.headers(headers);
        }
        HttpResponse<InputStream> answer = http.send(request.build(), BodyHandlers.ofInputStream());
        running.add(0, answer.body());
        return new BufferedReader(new InputStreamReader(answer.body(), StandardCharsets.UTF_8));
    }

    static Message next(DataInputStream in) throws IOException {
        byte[] bytes = new byte[Math.toIntExact(in.readLong())];
        in.readFully(bytes);
        return Message.parseFrom(bytes);
    }

    static JsonObject json(HttpResponse<String> response) {
        return JsonParser.parseString(response.body()).getAsJsonObject();
    }

    static byte[] frames(long first, long last) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        LongStream.rangeClosed(first, last).forEach(index -> all.writeBytes(Sidecars.frame(Sidecars.message(index))));
        return all.toByteArray();
    }

    static byte[] largeFrames(long count) {
        ByteString filling = ByteString.copyFrom(new byte[1 << 10]);
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        LongStream.rangeClosed(1, count)
                .forEach(index -> all.writeBytes(Sidecars.frame(
                        Sidecars.message(index).toBuilder().setContext(filling).build())));
        return all.toByteArray();
    }

    /** Until the streams are open, a few messages at most wait and are posted. */
    void awaitStreams() {
        await().atMost(LIMIT)
                .until(() -> json(get(nodeA.resolve("/v1/status")))
                        .getAsJsonArray("peers")
                        .get(0)
                        .getAsJsonObject()
                        .getAsJsonObject("lanes")
                        .getAsJsonObject("message")
                        .get("attached")
                        .getAsBoolean());
    }

    /** Starts a, whose API asks for a token. */
    void startWithToken(String token) throws IOException {
        Path file = Files.writeString(folder.resolve("token"), token + "\n");
        start(Sidecars.options(
                Sidecars.A,
                peerA,
                Sidecars.B,
                peerB,
                nodeA,
                folder,
                Optional.empty(),
                Optional.of(ApiToken.read(file))));
    }
}
