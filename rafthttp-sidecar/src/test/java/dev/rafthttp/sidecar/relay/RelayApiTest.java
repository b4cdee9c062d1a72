package dev.rafthttp.sidecar.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.rafthttp.HeapLimits;
import dev.rafthttp.options.LogNames;
import dev.rafthttp.sidecar.http.ApiToken;
import dev.rafthttp.sidecar.relay.standin.RelayMember;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.UnixDomainSocketAddress;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The relay's API, over HTTP; what it changes is looked for at the fronts. */
class RelayApiTest {
    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(10))
            .build();
    private final ScriptedOrigin target = new ScriptedOrigin();
    private final URI front = Relays.freeUrl();
    private final RelayMember a = Relays.member(Relays.A, front, target.url());
    private RelayOptions options;
    private Relay relay;

    @TempDir
    private Path state;

    @BeforeEach
    void start() {
        options = new RelayOptions(
                Relays.alone(),
                List.of(a),
                Relays.freeUrl(),
                Optional.empty(),
                Duration.ofSeconds(2),
                state,
                HeapLimits.OF_JVM);
        relay = new Relay(new LogNames(), options);
        relay.start();
    }

    @AfterEach
    void close() {
        relay.close();
        target.close();
    }

    private HttpResponse<String> ask(String method, String path, String body) throws IOException, InterruptedException {
        return http.send(
                HttpRequest.newBuilder(options.listenNode().resolve(path))
                        .method(method, BodyPublishers.ofString(body))
                        .build(),
                BodyHandlers.ofString());
    }

    private static JsonObject json(HttpResponse<String> response) {
        assertThat(response.headers().firstValue("Content-Type")).contains("application/json");
        return JsonParser.parseString(response.body()).getAsJsonObject();
    }

    private static String error(HttpResponse<String> response) {
        return json(response).get("error").getAsString();
    }

    private static String member(String name, URI front, URI target) {
        return "{\"name\":\"" + name + "\",\"front\":\"" + front + "\",\"target\":\"" + target + "\"}";
    }

    private static List<String> ids(JsonArray members) {
        return ids(members, "id");
    }

    private static List<String> ids(JsonArray members, String field) {
        return members.asList().stream()
                .map(JsonElement::getAsJsonObject)
                .map(member -> member.get(field).getAsString())
                .toList();
    }

    /** Through a front: what the member behind it answers. */
    private static boolean passes(URI front, ScriptedOrigin member) {
        try (RawConnection client = RawConnection.to(front)) {
            client.send("GET /probe HTTP/1.1\nHost: a\n\n");
            while (true) {
                // Other members' stand-ins dial streams here too.
                try (RawConnection next = member.accept()) {
                    boolean probe = next.head().startsWith("GET /probe ");
                    next.send("HTTP/1.1 404 Not Found\nContent-Length: 0\n\n");
                    if (probe) {
                        return client.head().startsWith("HTTP/1.1 404 ");
                    }
                }
            }
        }
    }

    private static boolean isBound(URI front) {
        try {
            RawConnection.to(front).close();
            return true;
        } catch (UncheckedIOException e) {
            assertThat(e).hasCauseInstanceOf(ConnectException.class);
            return false;
        }
    }

    @Test
    void shouldAskForTheTokenAtItsSocketWhenItHasOne() throws Exception {
        Path file = Files.writeString(state.resolve("token"), "s3cret");
        URI socket = URI.create("unix:" + state.toAbsolutePath().resolve("api.sock"));
        RelayMember other = Relays.member(Relays.B, Relays.freeUrl(), target.url());
        try (Relay guarded = new Relay(
                new LogNames(),
                new RelayOptions(
                        Relays.alone(),
                        List.of(other),
                        socket,
                        Optional.of(ApiToken.read(file)),
                        Duration.ofSeconds(2),
                        state.resolve("guarded"),
                        HeapLimits.OF_JVM))) {
            guarded.start();

            assertThat(overSocket(socket, "/v1/status", "")).startsWith("HTTP/1.1 401 ");
            assertThat(overSocket(socket, "/v1/status", "Authorization: Bearer s3cret\r\n"))
                    .startsWith("HTTP/1.1 200 ");
            assertThat(overSocket(socket, "/healthz", "")).startsWith("HTTP/1.1 200 ");
            assertThat(overSocket(socket, "/healthz", "Origin: http://localhost\r\n"))
                    .startsWith("HTTP/1.1 403 ");
            assertThat(overSocket(socket, "/v1/status", "Authorization: Bearer s3cret\r\n"))
                    .containsPattern("\"refused\": *\\{\\s*\"401\": 1,\\s*\"403\": 1\\s*}");
        }
    }

    private static String overSocket(URI socket, String path, String headers) throws IOException {
        try (SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(socket.getPath()))) {
            channel.write(StandardCharsets.US_ASCII.encode(
                    "GET " + path + " HTTP/1.1\r\n" + headers + "Host: localhost\r\nConnection: close\r\n\r\n"));
            return new String(Channels.newInputStream(channel).readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    @Test
    void shouldTellWhoTheMembersAreWhenAsked() throws Exception {
        JsonObject status = json(ask("GET", "/v1/status", ""));

        assertThat(status.get("cluster").getAsString()).isEqualTo("cafe");
        assertThat(status.get("form").getAsString()).isEqualTo("alone");
        assertThat(status.get("decodeErrors").getAsLong()).isZero();
        assertThat(status.get("corrupt").getAsLong()).isZero();
        assertThat(status.getAsJsonArray("directions")).isEmpty();
        assertThat(json(ask("GET", "/v1/members", "")))
                .isEqualTo(JsonParser.parseString("{\"members\":[{\"id\":\"a\",\"name\":\"member-a\",\"front\":[\""
                        + front + "\"],\"target\":\"" + target.url() + "\"}]}"));
        JsonObject version = json(ask("GET", "/version", ""));
        assertThat(version.keySet()).containsExactly("etcdserver", "etcdcluster", "rafthttp");
        assertThat(version.get("etcdserver").getAsString()).isEqualTo("3.6.0");
        assertThat(ask("GET", "/healthz", "").statusCode()).isEqualTo(200);
        assertThat(ask("GET", "/readyz", "").statusCode()).isEqualTo(200);
    }

    @Test
    void shouldStandInForAMemberWhenItIsAddedAtRunTime() throws Exception {
        URI frontOfB = Relays.freeUrl();
        try (ScriptedOrigin targetOfB = new ScriptedOrigin()) {
            assertThat(ask("PUT", "/v1/members/b", member("b", frontOfB, targetOfB.url()))
                            .statusCode())
                    .isEqualTo(200);

            assertThat(passes(frontOfB, targetOfB)).isTrue();
            assertThat(ids(json(ask("GET", "/v1/members", "")).getAsJsonArray("members")))
                    .containsExactly("a", "b");
            JsonObject standIn = json(ask("GET", "/v1/status", ""))
                    .getAsJsonArray("standIns")
                    .get(1)
                    .getAsJsonObject();
            assertThat(standIn.get("member").getAsString()).isEqualTo("b");
            assertThat(ids(standIn.getAsJsonArray("peers"))).containsExactly("a");
        }
    }

    @Test
    void shouldListenAtTheNewFrontOnlyAndKeepConnectionsToOthersWhenAMemberMoves() throws Exception {
        URI other = Relays.freeUrl();
        try (RawConnection client = RawConnection.to(front)) {
            client.send("GET /one HTTP/1.1\nHost: a\n\n");
            try (RawConnection next = target.accept()) {
                next.head();
                next.send("HTTP/1.1 200 OK\nContent-Length: 0\n\n");
                client.head();
                String both = "{\"name\":\"a\",\"front\":[\"" + front + "\",\"" + other + "\"],\"target\":\""
                        + target.url() + "\"}";

                assertThat(ask("PUT", "/v1/members/a", both).statusCode()).isEqualTo(200);
                assertThat(isBound(other)).isTrue();
                client.send("GET /two HTTP/1.1\nHost: a\n\n");
                assertThat(next.head()).as("on the same connections").startsWith("GET /two ");
                next.send("HTTP/1.1 200 OK\nContent-Length: 0\n\n");
                client.head();

                assertThat(ask("PUT", "/v1/members/a", member("a", other, target.url()))
                                .statusCode())
                        .isEqualTo(200);
                assertThat(client.rest()).isEmpty();
                assertThat(isBound(front)).isFalse();
                assertThat(isBound(other)).isTrue();
            }
        }
    }

    @Test
    void shouldChangeNothingWhenAFrontIsTaken() throws Exception {
        try (ScriptedOrigin squatter = new ScriptedOrigin()) {
            HttpResponse<String> answer = ask("PUT", "/v1/members/b", member("b", squatter.url(), Relays.freeUrl()));
            assertThat(answer.statusCode()).isEqualTo(409);
            assertThat(error(answer)).isEqualTo("cannot listen at " + squatter.url() + ": Address already in use");

            answer = ask("PUT", "/v1/members/a", member("a", squatter.url(), target.url()));
            assertThat(answer.statusCode()).isEqualTo(409);
            assertThat(passes(front, target)).isTrue();
            assertThat(ids(json(ask("GET", "/v1/members", "")).getAsJsonArray("members")))
                    .containsExactly("a");
        }
    }

    @Test
    void shouldRefuseAMemberThatWasRemovedBeforeItWasKnown() throws Exception {
        assertThat(ask("DELETE", "/v1/members/b", "").statusCode()).isEqualTo(204);

        try (RawConnection client = RawConnection.to(front)) {
            client.send("GET /raft/stream/msgapp/b HTTP/1.1\nHost: a\nX-Server-From: b\nX-Raft-To: a\n"
                    + "X-Server-Version: 3.4.23\nX-Min-Cluster-Version: 3.0.0\nX-Etcd-Cluster-ID: cafe\n\n");
            assertThat(client.head()).startsWith("HTTP/1.1 410 ");
        }
        HttpResponse<String> unknown = ask("GET", "/v1/members/b", "");
        assertThat(unknown.statusCode()).isEqualTo(404);
        assertThat(error(unknown)).contains("member b is unknown");
    }

    @Test
    void shouldStandInNoMoreWhenAMemberIsRemoved() throws Exception {
        URI frontOfB = Relays.freeUrl();
        ask("PUT", "/v1/members/b", member("b", frontOfB, Relays.freeUrl()));

        assertThat(ask("DELETE", "/v1/members/b", "").statusCode()).isEqualTo(204);

        assertThat(isBound(frontOfB)).isFalse();
        try (RawConnection client = RawConnection.to(front)) {
            client.send("GET /raft/stream/msgapp/b HTTP/1.1\nHost: a\nX-Server-From: b\nX-Raft-To: a\n"
                    + "X-Server-Version: 3.4.23\nX-Min-Cluster-Version: 3.0.0\nX-Etcd-Cluster-ID: cafe\n\n");
            assertThat(client.head()).startsWith("HTTP/1.1 410 ");
        }
        assertThat(ask("DELETE", "/v1/members/b", "").statusCode()).isEqualTo(204);
    }

    /** What the member behind {@link #front} is answered when it asks another member's stand-in for a stream. */
    private static int streamStatusOfA(URI frontOfB, ScriptedOrigin b, String answer) {
        try (RawConnection client = RawConnection.to(frontOfB)) {
            client.send("GET /raft/stream/msgapp/a HTTP/1.1\nHost: b\nX-Server-From: a\nX-Raft-To: b\n"
                    + "X-Server-Version: 3.4.23\nX-Min-Cluster-Version: 3.0.0\nX-Etcd-Cluster-ID: cafe\n\n");
            try (RawConnection next = b.accept()) {
                next.head();
                next.send(answer);
            }
            return Integer.parseInt(client.head().substring("HTTP/1.1 ".length(), "HTTP/1.1 200".length()));
        }
    }

    @Test
    void shouldNotTakeAMemberForRemovedWhenAProxyForbidsItsStream() throws Exception {
        URI frontOfB = Relays.freeUrl();
        try (ScriptedOrigin b = new ScriptedOrigin()) {
            ask("PUT", "/v1/members/b", member("b", frontOfB, b.url()));

            assertThat(streamStatusOfA(
                            frontOfB, b, "HTTP/1.1 403 Forbidden\nContent-Length: 19\n\nRBAC: access denied"))
                    .isEqualTo(503);

            assertThat(json(ask("GET", "/v1/status", "")).getAsJsonArray("removed"))
                    .isEmpty();
        }
    }

    @Test
    void shouldTellWhoIsHeldForRemovedSinceWhenAndWhyAndTakeItBackWhenItIsPut() throws Exception {
        URI frontOfB = Relays.freeUrl();
        ask("PUT", "/v1/members/c", member("c", Relays.freeUrl(), Relays.freeUrl()));
        ask("DELETE", "/v1/members/c", "");
        try (ScriptedOrigin b = new ScriptedOrigin()) {
            ask("PUT", "/v1/members/b", member("b", frontOfB, b.url()));

            assertThat(streamStatusOfA(frontOfB, b, "HTTP/1.1 410 Gone\nContent-Length: 15\n\nremoved member\n"))
                    .isEqualTo(410);

            await().untilAsserted(() -> assertThat(
                            json(ask("GET", "/v1/status", "")).getAsJsonArray("removed"))
                    .satisfiesExactly(
                            told -> assertThat(told.toString())
                                    .startsWith("{\"member\":\"a\",\"toldBy\":\"b\",\"since\":\"20")
                                    .contains("peer b at " + b.url()),
                            deleted -> assertThat(deleted.toString())
                                    .startsWith("{\"member\":\"c\",\"since\":\"20")
                                    .contains("\"reason\":\"DELETE /v1/members/c\"")));

            assertThat(ask("PUT", "/v1/members/a", member("a", front, target.url()))
                            .statusCode())
                    .isEqualTo(200);
            assertThat(ids(json(ask("GET", "/v1/status", "")).getAsJsonArray("removed"), "member"))
                    .containsExactly("c");
        }
    }

    @Test
    void shouldKnowWhatWasChangedWhenItIsStartedAgain() throws Exception {
        URI frontOfB = Relays.freeUrl();
        ask("PUT", "/v1/members/b", member("b", frontOfB, Relays.freeUrl()));
        ask("PUT", "/v1/members/c", member("c", Relays.freeUrl(), Relays.freeUrl()));
        ask("DELETE", "/v1/members/c", "");
        relay.close();

        relay = new Relay(new LogNames(), options);
        relay.start();

        assertThat(isBound(frontOfB)).isTrue();
        assertThat(ids(json(ask("GET", "/v1/members", "")).getAsJsonArray("members")))
                .containsExactly("a", "b");
        try (RawConnection client = RawConnection.to(front)) {
            client.send("GET /raft/stream/msgapp/c HTTP/1.1\nHost: a\nX-Server-From: c\nX-Raft-To: a\n"
                    + "X-Server-Version: 3.4.23\nX-Min-Cluster-Version: 3.0.0\nX-Etcd-Cluster-ID: cafe\n\n");
            assertThat(client.head()).startsWith("HTTP/1.1 410 ");
        }
    }

    @Test
    void shouldNameTheValueAndWhatIsExpectedWhenTheInputIsWrong() throws Exception {
        assertBad("/v1/members/xyz", "{}", "member ID \"xyz\" is not 1 to 16 hexadecimal digits");
        assertBad("/v1/members/b", "nonsense", "expected a JSON object with name, front and target");
        assertBad("/v1/members/b", "[1]", "expected a JSON object with name, front and target");
        assertBad(
                "/v1/members/b",
                "{\"name\":\"b\"",
                "no JSON: it is wrong at or behind $.name: expected a JSON object with name, front and target");
        assertBad(
                "/v1/members/b",
                "{\"name\":\"\",\"front\":\"ftp://x:1\",\"target\":7,\"uplink\":\"x\"}",
                "\"uplink\": expected only name, front and target; name \"\": expected a name without '=' and ','; "
                        + "front \"ftp://x:1\": expected http://HOST:PORT; its scheme is neither http nor https; target 7: expected"
                        + " http://HOST:PORT; its scheme is neither http nor https");
        assertBad(
                "/v1/members/b",
                "{\"name\":\"b\"}",
                "front is missing: expected http://HOST:PORT; target is missing: expected http://HOST:PORT");
        assertBad("/v1/members/b", member("member-a", Relays.freeUrl(), Relays.freeUrl()), "name \"member-a\"");
        assertBad("/v1/members/b", member("b", front, Relays.freeUrl()), "URL \"" + front + "\"");
        for (String host : List.of("127.0.0.1", "localhost", "0.0.0.0")) {
            URI loop = URI.create("http://" + host + ":" + front.getPort());
            assertBad(
                    "/v1/members/b",
                    member("b", Relays.freeUrl(), loop),
                    "target \"" + loop
                            + "\" of member b: expected a URL where the relay does not listen, as it does at " + front);
        }
        URI frontAtTarget = URI.create("http://localhost:" + target.url().getPort());
        assertBad(
                "/v1/members/b",
                member("b", frontAtTarget, Relays.freeUrl()),
                "target \"" + target.url()
                        + "\" of member a: expected a URL where the relay does not listen, as it does at "
                        + frontAtTarget);
        assertThat(ask("POST", "/v1/members/b", "").statusCode()).isEqualTo(405);
        assertThat(ask("POST", "/v1/status", "").statusCode()).isEqualTo(405);
        assertThat(ask("GET", "/v1/members/b", "").statusCode()).isEqualTo(404);
        assertThat(error(ask("GET", "/v1/nothing", ""))).contains("404");
    }

    private void assertBad(String path, String body, String message) throws IOException, InterruptedException {
        HttpResponse<String> answer = ask("PUT", path, body);
        assertThat(answer.statusCode()).as(body).isEqualTo(400);
        assertThat(error(answer)).contains(message);
    }
}
