package dev.rafthttp.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rafthttp.MemberId;
import dev.rafthttp.Protocol;
import dev.rafthttp.server.ScriptedPeer.Answer;
import dev.rafthttp.server.ScriptedPeer.Request;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What members ask one another beside Raft, byte for byte as etcd answers it. */
class MemberAnswersTest {
    private static final Pattern HEALTH = Pattern.compile("\\{\"OK\":true,\"Now\":\"([^\"]+)\"}\n");

    private final ReceivingMember member = new ReceivingMember();

    @AfterEach
    void close() {
        member.close();
    }

    @Test
    void shouldSayThatItIsWellAndWhatTimeItHas() throws Exception {
        Answer answer = ScriptedPeer.exchange(member, new Request("GET", Protocol.PROBING_PATH), new byte[0]);

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.header("Content-Type")).isEqualTo("application/json");
        Matcher health = HEALTH.matcher(answer.body());
        assertThat(health.matches()).as(answer.body()).isTrue();
        assertThat(Duration.between(Instant.parse(health.group(1)), Instant.now())
                        .abs())
                .isLessThan(Duration.ofMinutes(1));
    }

    @Test
    void shouldAnswerAnyoneEvenBeforeTheTransportRuns() throws Exception {
        member.running = false;

        Request bare = new Request("GET", Protocol.PROBING_PATH)
                .without(Protocol.CLUSTER_ID)
                .without(Protocol.SERVER_VERSION);

        assertThat(ScriptedPeer.exchange(member, bare, new byte[0]).status()).isEqualTo(200);
    }

    private Answer get(String path) throws Exception {
        return ScriptedPeer.exchange(member, new Request("GET", path), new byte[0]);
    }

    @Test
    void shouldTellItsVersion() throws Exception {
        Answer answer = get("/version");

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.header("Content-Type")).isEqualTo("application/json");
        assertThat(answer.body())
                .isEqualTo("{\"etcdserver\":\"3.6.0\",\"etcdcluster\":\"3.0.0\",\"storage\":\"unknown\"}");
    }

    @Test
    void shouldTellWhoTheMembersAreByID() throws Exception {
        member.addPeer(MemberId.parse("bf6e0f83ce820b52"));

        Answer answer = get("/members");

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.header("Content-Type")).isEqualTo("application/json");
        assertThat(answer.header("X-Etcd-Cluster-ID")).isEqualTo("cafe");
        assertThat(answer.body())
                .isEqualTo("[{\"id\":1,\"peerURLs\":[]},"
                        + "{\"id\":2,\"peerURLs\":[\"http://127.0.0.1:1\"]},"
                        + "{\"id\":13793979767462169426,\"peerURLs\":[\"http://127.0.0.1:1\"]}]\n");
    }

    @Test
    void shouldSayThatNoDowngradeIsUnderWay() throws Exception {
        Answer answer = get("/downgrade/enabled");

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.header("Content-Type")).startsWith("text/plain");
        assertThat(answer.header("X-Etcd-Cluster-ID")).isEqualTo("cafe");
        assertThat(answer.body()).isEqualTo("false");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "/nothing", "/members/", "/members/promote/2", "/version/x", "/raft/", "/health"})
    void shouldSayInPlainTextThatAnythingElseIsNotThere(String path) throws Exception {
        Answer answer = get(path);

        assertThat(answer.status()).isEqualTo(404);
        assertThat(answer.header("Content-Type")).isEqualTo("text/plain;charset=utf-8");
        assertThat(answer.body()).isEqualTo("404 page not found\n");
    }

    @Test
    void shouldSayInPlainTextWhatIsNoHttp() throws Exception {
        try (ScriptedPeer peer = new ScriptedPeer(member.url())) {
            peer.send("GET /version HTTP/1.1\r\n\r\n");

            Answer answer = peer.readAnswer();

            assertThat(answer.status()).isEqualTo(400);
            assertThat(answer.header("Content-Type")).isEqualTo("text/plain;charset=utf-8");
            assertThat(answer.body()).isEqualTo("400 Bad Request\n");
        }
    }

    static Stream<Arguments> wrongMethods() {
        return Stream.of(
                        Map.entry(Protocol.PROBING_PATH, "GET"),
                        Map.entry("/version", "GET"),
                        Map.entry("/members", "GET"),
                        Map.entry("/downgrade/enabled", "GET"),
                        Map.entry(Protocol.PIPELINE_PATH, "POST"),
                        Map.entry(Protocol.SNAPSHOT_PATH, "POST"),
                        Map.entry(Protocol.PUSH_MSGAPP_PATH, "POST"),
                        Map.entry(Protocol.PULL_MSGAPP_PATH + "/2", "GET"))
                .flatMap(endpoint -> Stream.of("TRACE", "OPTIONS", "PUT", "DELETE", "PATCH", "BREW")
                        .map(method -> Arguments.of(method, endpoint.getKey(), endpoint.getValue())));
    }

    @ParameterizedTest
    @MethodSource("wrongMethods")
    void shouldAllowOneMethodOnly(String method, String path, String allowed) throws Exception {
        Answer answer =
                ScriptedPeer.exchange(member, new Request(method, path).with("X-Secret", "echoed"), new byte[0]);

        assertThat(answer.status()).isEqualTo(405);
        assertThat(answer.header("Allow")).isEqualTo(allowed);
        assertThat(answer.body()).isEqualTo("Method Not Allowed\n");
    }
}
