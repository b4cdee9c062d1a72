package dev.rafthttp.demo.kv;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.google.protobuf.ByteString;
import dev.rafthttp.MemberId;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KvServerTest {
    private static final Duration LIMIT = Duration.ofSeconds(20);

    private final KvCluster cluster = new KvCluster(3, new MemoryNetwork(), 1, true);
    private final HttpClient client = HttpClient.newHttpClient();

    @BeforeEach
    void start() {
        cluster.start();
        await().until(() -> cluster.leader().isPresent());
    }

    @AfterEach
    void close() {
        cluster.close();
    }

    @Test
    void shouldServeAValueAtEveryMemberWhenItWasPutAtTheLeader() throws Exception {
        assertThat(put(leader(), "a/b c", "value").statusCode()).isEqualTo(204);

        for (URI member : cluster.kvUrls().values()) {
            await().untilAsserted(() -> {
                HttpResponse<String> answer = get(member, "a/b c");
                assertThat(answer.statusCode()).isEqualTo(200);
                assertThat(answer.body()).isEqualTo("value");
            });
        }
    }

    @Test
    void shouldRedirectToTheLeaderWhenAFollowerIsWrittenTo() throws Exception {
        await().untilAsserted(() ->
                assertThat(put(follower(), "key", "value").statusCode()).isEqualTo(307));

        HttpResponse<String> answer = put(follower(), "key", "value");
        assertThat(answer.headers().firstValue("Location")).contains(leader() + "/kv/key");
    }

    @Test
    void shouldAnswerNotFoundWhenThereIsNoSuchKey() throws Exception {
        HttpResponse<String> answer = get(leader(), "nothing");

        assertThat(answer.statusCode()).isEqualTo(404);
        assertThat(answer.body()).isEqualTo("no such key: nothing\n");
    }

    @Test
    void shouldTellItsStateAndAllKeysAtEveryMemberWhenAskedWithoutOne() throws Exception {
        put(leader(), "a/b c", "value");
        String leader = cluster.leader().orElseThrow().id().toString();

        for (URI member : cluster.kvUrls().values()) {
            await().untilAsserted(() -> {
                JsonObject status = json(member, "/status");
                assertThat(status.keySet())
                        .containsExactly("member", "name", "leader", "term", "appliedIndex", "keys", "digest");
                assertThat(status.get("leader").getAsString()).isEqualTo(leader);
                assertThat(status.get("keys").getAsInt()).isEqualTo(1);
                assertThat(status.get("digest").getAsString())
                        .isEqualTo(json(leader(), "/status").get("digest").getAsString());
                JsonObject all = json(member, KvServer.KEYS_PATH);
                assertThat(all.get("appliedIndex").getAsLong()).isPositive();
                assertThat(all.get("entries")).hasToString("{\"a/b c\":\"dmFsdWU=\"}");
                assertThat(json(member, "/healthz").get("ok").getAsBoolean()).isTrue();
                assertThat(json(member, "/readyz").get("ok").getAsBoolean()).isTrue();
            });
        }
        assertThat(send(HttpRequest.newBuilder(leader().resolve("/status"))
                                .DELETE()
                                .build())
                        .statusCode())
                .isEqualTo(405);
        assertThat(send(HttpRequest.newBuilder(leader().resolve("/nothing")).build())
                        .statusCode())
                .isEqualTo(404);
    }

    @Test
    void shouldNotBeReadyButAliveWhenNobodyLeads() throws Exception {
        URI follower = follower();
        List<MemberId> others = cluster.kvUrls().keySet().stream()
                .filter(id -> !follower.equals(cluster.kvUrls().get(id)))
                .toList();

        others.forEach(cluster::kill);

        await().atMost(Duration.ofSeconds(30)).untilAsserted(() -> {
            HttpResponse<String> answer =
                    send(HttpRequest.newBuilder(follower.resolve("/readyz")).build());
            assertThat(answer.statusCode()).isEqualTo(503);
            assertThat(answer.body()).contains("no leader is known");
        });
        assertThat(json(follower, "/healthz").get("ok").getAsBoolean()).isTrue();
        assertThat(json(follower, "/status").has("leader")).isFalse();
    }

    @Test
    void shouldTellItsStateAndItsKeysWhenRaftIsBusy() throws Exception {
        KvNode leader = cluster.leader().orElseThrow();
        URI url = leader();
        CountDownLatch isBusy = new CountDownLatch(1);
        CountDownLatch mayGoOn = new CountDownLatch(1);
        // A put that has ended before this thread asks what follows has it follow here, and holds nothing.
        Thread test = Thread.currentThread();
        while (isBusy.getCount() > 0) {
            CompletableFuture<Void> held = leader.put("key", ByteString.copyFromUtf8("value"))
                    .thenRun(() -> {
                        if (Thread.currentThread() != test) {
                            isBusy.countDown();
                            awaitDown(mayGoOn);
                        }
                    });
            if (!held.isDone()) {
                awaitDown(isBusy);
            }
        }

        try {
            assertThat(json(url, "/status").get("keys").getAsInt()).isEqualTo(1);
            assertThat(json(url, KvServer.KEYS_PATH).get("entries")).hasToString("{\"key\":\"dmFsdWU=\"}");
            assertThat(get(url, "key").body()).isEqualTo("value");
        } finally {
            mayGoOn.countDown();
        }
    }

    private static void awaitDown(CountDownLatch latch) {
        try {
            assertThat(latch.await(30, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void shouldRefuseAValueWhenItIsAboveTheLimit() throws Exception {
        assertThat(put(leader(), "key", "x".repeat(KvServer.MAX_VALUE_BYTES + 1))
                        .statusCode())
                .isEqualTo(413);
        assertThat(put(leader(), "key", "x".repeat(KvServer.MAX_VALUE_BYTES)).statusCode())
                .isEqualTo(204);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void shouldBeHeardByAClientThatWritesAllBeforeItReadsWhenAValueIsAboveTheLimit(boolean isChunked) throws Exception {
        URI leader = leader();
        byte[] mebibyte = new byte[1 << 20];
        int mebibytes = 32;
        try (Socket client = new Socket(leader.getHost(), leader.getPort())) {
            OutputStream out = client.getOutputStream();
            out.write(ascii("PUT /kv/key HTTP/1.1\r\nHost: a\r\n"
                    + (isChunked ? "Transfer-Encoding: chunked" : "Content-Length: " + ((long) mebibytes << 20))
                    + "\r\n\r\n"));
            for (int sent = 0; sent < mebibytes; sent++) {
                if (isChunked) {
                    out.write(ascii("100000\r\n"));
                }
                out.write(mebibyte);
                if (isChunked) {
                    out.write(ascii("\r\n"));
                }
            }
            if (isChunked) {
                out.write(ascii("0\r\n\r\n"));
            }

            assertThat(new String(client.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
                    .startsWith("HTTP/1.1 413 ")
                    .endsWith("a value has at most 1048576 bytes\n");
        }
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    @Test
    void shouldNameTheMethodsWhenAnotherIsUsed() throws Exception {
        HttpResponse<String> answer =
                send(HttpRequest.newBuilder(uri(leader(), "key")).DELETE().build());

        assertThat(answer.statusCode()).isEqualTo(405);
        assertThat(answer.headers().firstValue("Allow")).contains("GET, PUT");
    }

    @Test
    void shouldServeAgainAtTheSameAddressWhenAMemberComesBack() throws Exception {
        URI address = leader();
        put(address, "key", "value");
        MemberId killed = cluster.leader().orElseThrow().id();

        cluster.kill(killed);
        cluster.bringBack(killed);

        await().untilAsserted(() -> assertThat(get(address, "key").body()).isEqualTo("value"));
    }

    private URI leader() {
        return url(true);
    }

    private URI follower() {
        return url(false);
    }

    private URI url(boolean leading) {
        MemberId leader = cluster.leader().orElseThrow().id();
        return cluster.kvUrls().entrySet().stream()
                .filter(member -> member.getKey().equals(leader) == leading)
                .findFirst()
                .orElseThrow()
                .getValue();
    }

    private HttpResponse<String> put(URI member, String key, String value) throws IOException, InterruptedException {
        return send(HttpRequest.newBuilder(uri(member, key))
                .PUT(BodyPublishers.ofString(value))
                .build());
    }

    private HttpResponse<String> get(URI member, String key) throws IOException, InterruptedException {
        return send(HttpRequest.newBuilder(uri(member, key)).build());
    }

    private JsonObject json(URI member, String path) throws IOException, InterruptedException {
        return JsonParser.parseString(
                        send(HttpRequest.newBuilder(member.resolve(path)).build())
                                .body())
                .getAsJsonObject();
    }

    private HttpResponse<String> send(HttpRequest request) throws IOException, InterruptedException {
        return client.send(
                HttpRequest.newBuilder(request, (name, value) -> true)
                        .timeout(LIMIT)
                        .build(),
                BodyHandlers.ofString());
    }

    private static URI uri(URI member, String key) {
        return URI.create(member + KvServer.KEYS_PATH + key.replace(" ", "%20"));
    }
}
