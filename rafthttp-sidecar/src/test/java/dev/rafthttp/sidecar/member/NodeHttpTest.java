package dev.rafthttp.sidecar.member;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.OutputStream;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** How the node's side speaks HTTP: methods, types, forms, and the one way to write an ID. */
class NodeHttpTest extends SidecarFixture {
    private static final String JSON = "application/json";
    private static final byte[] URLS = "{\"urls\":[\"http://127.0.0.1:9\"]}".getBytes(StandardCharsets.UTF_8);

    private URI at(String path) {
        return nodeA.resolve(path);
    }

    private HttpResponse<String> ask(String method, String path, byte[] body, String... headers) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(at(path))
                .timeout(LIMIT)
                .method(method, body.length == 0 ? BodyPublishers.noBody() : BodyPublishers.ofByteArray(body));
        if (headers.length > 0) {
            request.headers(headers);
        }
        return http.send(request.build(), BodyHandlers.ofString());
    }

    @Test
    void shouldAnswer405AndTheAllowedOnesWhenAPathHasNoSuchMethod() throws Exception {
        a();
        Map<String, String> paths = Map.of(
                "/v1/messages", "GET, HEAD, POST",
                "/v1/events", "GET, HEAD",
                "/v1/tap", "GET, HEAD",
                "/v1/peers/b", "GET, HEAD, PUT, DELETE",
                "/v1/snapshots", "POST",
                "/v1/snapshots/1-9", "GET, HEAD, DELETE",
                "/v1/status", "GET, HEAD",
                "/healthz", "GET, HEAD",
                "/readyz", "GET, HEAD");
        for (Map.Entry<String, String> path : paths.entrySet()) {
            for (String method : List.of("GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE")) {
                if (!List.of(path.getValue().split(", ")).contains(method)) {
                    HttpResponse<String> answer = ask(method, path.getKey(), new byte[0]);

                    assertThat(answer.statusCode())
                            .as("%s %s", method, path.getKey())
                            .isEqualTo(405);
                    assertThat(answer.headers().firstValue("Allow"))
                            .as("%s %s", method, path.getKey())
                            .hasValue(path.getValue());
                }
            }
        }
    }

    @Test
    void shouldAnswerHeadWithTheHeadOfGetAndNotReadMessages() throws Exception {
        a();
        for (String path : List.of("/v1/messages", "/v1/events", "/v1/tap", "/v1/peers", "/v1/peers/b", "/v1/status")) {
            HttpResponse<String> answer = ask("HEAD", path, new byte[0]);

            assertThat(answer.statusCode()).as(path).isEqualTo(200);
            assertThat(answer.headers().firstValue("Content-Type")).as(path).isPresent();
            assertThat(answer.body()).as(path).isEmpty();
        }
        assertThat(ask("GET", "/readyz", new byte[0]).statusCode()).isEqualTo(503);
        assertThat(ask("HEAD", "/readyz", new byte[0]).statusCode()).isEqualTo(503);
    }

    @Test
    void shouldRefuseABodyOfAnotherTypeOrInAnEncoding() throws Exception {
        a();
        String octets = "application/octet-stream";
        assertThat(ask("POST", "/v1/snapshots", new byte[9], "Content-Type", "text/plain")
                        .statusCode())
                .isEqualTo(415);
        assertThat(ask("PUT", "/v1/peers/c", URLS, "Content-Type", "application/x-www-form-urlencoded")
                        .body())
                .contains("application/x-www-form-urlencoded: expected application/json");
        assertThat(ask("PUT", "/v1/peers/c", URLS, "Content-Type", "application/JSON; charset=UTF-8")
                        .statusCode())
                .isEqualTo(200);
        assertThat(ask("PUT", "/v1/peers/c", URLS, "Content-Type", "application/json;charset=utf-16")
                        .statusCode())
                .isEqualTo(415);
        for (String path : List.of("/v1/messages", "/v1/snapshots")) {
            HttpResponse<String> answer = ask(
                    "POST", path, new byte[] {0x1f, (byte) 0x8b}, "Content-Type", octets, "Content-Encoding", "gzip");
            assertThat(answer.statusCode()).as(path).isEqualTo(415);
            assertThat(answer.body()).contains("Content-Encoding gzip");
        }
        assertThat(ask("POST", "/v1/messages", frames(1, 1), "Content-Encoding", "identity")
                        .statusCode())
                .isEqualTo(200);
    }

    @Test
    void shouldChooseTheFormThatIsAcceptedMost() throws Exception {
        a();
        Map<String, String> tap = Map.of(
                "APPLICATION/JSON", JSON,
                "application/json;q=0, */*", "text/plain",
                "application/*", JSON,
                "text/plain;q=0.5, application/json;q=0.7", JSON,
                "text/*;q=0.5, application/json;q=0.2", "text/plain",
                "*/*", "text/plain",
                "text/html,application/xhtml+xml,*/*;q=0.8", "text/plain");
        for (Map.Entry<String, String> accept : tap.entrySet()) {
            HttpResponse<String> answer = ask("HEAD", "/v1/tap", new byte[0], "Accept", accept.getKey());
            assertThat(answer.headers().firstValue("Content-Type").orElse(""))
                    .as(accept.getKey())
                    .startsWith(accept.getValue());
        }
        assertThat(ask("GET", "/v1/tap", new byte[0], "Accept", "text/html").statusCode())
                .isEqualTo(406);
        assertThat(ask("GET", "/v1/messages", new byte[0], "Accept", "application/json;q=0")
                        .body())
                .contains("q=0")
                .contains("expected application/octet-stream");
    }

    @Test
    void shouldTakeAnIdOnlyInTheFormInWhichItIsWritten() throws Exception {
        a();
        for (String id : List.of("0", "0b", "B", "00000000000000000b", "-1", "")) {
            for (String method : List.of("GET", "PUT", "DELETE")) {
                assertThat(ask(
                                        method,
                                        "/v1/peers/" + id,
                                        method.equals("PUT") ? URLS : new byte[0],
                                        "Content-Type",
                                        JSON)
                                .statusCode())
                        .as("%s %s", method, id)
                        .isEqualTo(400);
            }
        }
        assertThat(ask("GET", "/v1/tap?from=0B", new byte[0]).statusCode()).isEqualTo(400);
        for (String name : List.of("01-9", "1-09", "1", "x-1", "18446744073709551616-1")) {
            assertThat(ask("GET", "/v1/snapshots/" + name, new byte[0]).statusCode())
                    .as(name)
                    .isEqualTo(400);
        }
    }

    @Test
    void shouldAnswerConditionsAndRangesWithoutABodyThatIsNotThere() throws Exception {
        a();
        Path database = folder.resolve("snapshots-a").resolve("0000000000000001-0000000000000009.snap.db");
        Files.write(database, new byte[100]);
        String path = "/v1/snapshots/1-9";
        String modified = ask("HEAD", path, new byte[0])
                .headers()
                .firstValue("Last-Modified")
                .orElseThrow();

        HttpResponse<String> same = ask("GET", path, new byte[0], "If-Modified-Since", modified);
        HttpResponse<String> changed =
                ask("GET", path, new byte[0], "If-Unmodified-Since", "Sun, 06 Nov 1994 08:49:37 GMT");
        HttpResponse<String> outside = ask("GET", path, new byte[0], "Range", "bytes=200-300");

        assertThat(same.statusCode()).isEqualTo(304);
        assertThat(same.headers().firstValue("Content-Length")).isIn(Optional.empty(), Optional.of("100"));
        assertThat(same.headers().firstValue("Content-Type").orElse("")).isNotEqualTo(JSON);
        assertThat(changed.statusCode()).isEqualTo(412);
        assertThat(json(changed).has("error")).isTrue();
        assertThat(outside.statusCode()).isEqualTo(416);
        assertThat(outside.headers().firstValue("Content-Range")).hasValue("bytes */100");
        assertThat(json(outside).get("error").getAsString()).contains("bytes=200-300", "100 bytes");
    }

    @Test
    void shouldSpeakWordsOfItsOwnOfWhatIsNoJson() throws Exception {
        a();

        HttpResponse<String> answer =
                ask("PUT", "/v1/peers/c", "{\"urls\":]".getBytes(StandardCharsets.UTF_8), "Content-Type", JSON);

        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(answer.body())
                .contains("no JSON")
                .contains("expected a JSON object")
                .doesNotContain("gson");
    }

    /** A client that has no token may also be one that writes all before it reads. */
    @Test
    void shouldAnswerAClientThatWritesAllBeforeItReadsAPutThatIsTooLarge() throws Exception {
        a();
        try (Socket client = new Socket("127.0.0.1", nodeA.getPort())) {
            client.setSoTimeout((int) LIMIT.toMillis());
            OutputStream out = client.getOutputStream();
            int length = 20 << 20;
            out.write(("PUT /v1/peers/c HTTP/1.1\r\nHost: localhost\r\nContent-Length: " + length + "\r\n\r\n")
                    .getBytes(StandardCharsets.US_ASCII));
            out.write(new byte[length]);

            byte[] answer = client.getInputStream().readAllBytes();

            assertThat(new String(answer, StandardCharsets.US_ASCII)).startsWith("HTTP/1.1 413");
        }
    }
}
