package dev.rafthttp.sidecar.member;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import dev.rafthttp.raftpb.EntryType;
import dev.rafthttp.raftpb.Message;
import dev.rafthttp.raftpb.MessageType;
import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.yaml.snakeyaml.Yaml;

/** Holds docs/sidecar-api.yaml and the running server to each other: each answer must be as the document says. */
class ApiDocumentTest extends SidecarFixture {
    private static final Path DOCUMENT = Path.of("..", "docs", "sidecar-api.yaml");
    private static final Set<String> METHODS = Set.of("get", "head", "put", "post", "delete");

    /** One per line; one that is not a's, and is dropped, and one with what has no name. */
    private static final String MESSAGES = """
            {"type":"MsgHeartbeat","from":"10","to":"11"}
            {"type":"MsgHeartbeat","from":"12","to":"11"}
            {"type":99,"from":"10","to":"11","entries":[{"Type":7,"Term":"1"}],"unknownFields":"eAU="}
            """;

    private final ObjectMapper mapper = new ObjectMapper();
    private final JsonNode document = read(DOCUMENT);
    private final Set<String> exercised = new TreeSet<>();

    private JsonNode read(Path path) {
        try {
            return mapper.valueToTree(new Yaml().load(Files.readString(path)));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private Set<String> operations() {
        Set<String> all = new TreeSet<>();
        document.get("paths")
                .properties()
                .forEach(path -> path.getValue().properties().forEach(operation -> {
                    if (METHODS.contains(operation.getKey())) {
                        all.add(operation.getKey() + " " + path.getKey());
                    }
                }));
        return all;
    }

    /** A reference's target, or the node itself. */
    private JsonNode resolved(JsonNode node) {
        return node.has("$ref") ? document.at(node.get("$ref").asText().substring(1)) : node;
    }

    private JsonSchema schema(JsonNode of) {
        // References within the document are found from its root.
        ObjectNode root = document.deepCopy();
        root.put("$schema", "https://json-schema.org/draft/2020-12/schema");
        root.set("allOf", mapper.createArrayNode().add(of));
        return JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012).getSchema(root);
    }

    /** Makes a request of a documented operation, and holds the answer to the document. */
    private int exercise(String operation, String path, String type, byte[] body, String... headers) throws Exception {
        exercised.add(operation);
        String method = operation.substring(0, operation.indexOf(' '));
        HttpRequest.Builder request = HttpRequest.newBuilder(nodeA.resolve(path))
                .timeout(LIMIT)
                .header("Content-Type", type)
                .method(method.toUpperCase(Locale.ROOT), BodyPublishers.ofByteArray(body));
        if (headers.length > 0) {
            request.headers(headers);
        }
        HttpResponse<InputStream> answer = http.send(request.build(), BodyHandlers.ofInputStream());
        running.add(0, answer.body());
        String at = operation + " → " + answer.statusCode();
        JsonNode responses = document.at("/paths/"
                + operation.substring(operation.indexOf(' ') + 1).replace("/", "~1") + "/" + method + "/responses");
        assertThat(responses.has(String.valueOf(answer.statusCode()))).as(at).isTrue();
        JsonNode response = resolved(responses.get(String.valueOf(answer.statusCode())));
        response.path("headers")
                .properties()
                .forEach(header -> assertThat(answer.headers().firstValue(header.getKey()))
                        .as(at + " " + header.getKey())
                        .isPresent());
        if (method.equals("head")) {
            assertThat(response.has("content")).as(at).isFalse();
            assertThat(answer.body().read()).as(at).isEqualTo(-1);
            return answer.statusCode();
        }
        String given = answer.headers().firstValue("Content-Type").orElse("").replaceFirst(";.*", "");
        if (!response.has("content")) {
            assertThat(given).as(at).isEmpty();
            return answer.statusCode();
        }
        assertThat(response.get("content").has(given)).as(at + " " + given).isTrue();
        if (given.equals("application/json")) {
            JsonNode json = mapper.readTree(whole(answer.body()));
            assertThat(schema(response.get("content").get(given).get("schema")).validate(json))
                    .as(at + " " + json)
                    .isEmpty();
        }
        return answer.statusCode();
    }

    /** To the end, or to the end of the line that is an object, where the answer goes on. */
    private static byte[] whole(InputStream body) throws IOException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        int depth = 0;
        do {
            int next = body.read();
            if (next < 0) {
                break;
            }
            depth += next == '{' ? 1 : next == '}' ? -1 : 0;
            all.write(next);
        } while (depth > 0);
        return all.toByteArray();
    }

    private int exercise(String operation, String path) throws Exception {
        return exercise(operation, path, "application/octet-stream", new byte[0]);
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Test
    void shouldAnswerAsTheDocumentSays() throws Exception {
        a();
        b(Optional.empty());
        awaitStreams();
        String frames = "application/octet-stream";
        String json = "application/json";

        assertThat(exercise("post /v1/messages", "/v1/messages", frames, frames(1, 3)))
                .isEqualTo(200);
        assertThat(exercise("post /v1/messages", "/v1/messages", frames, new byte[] {1}))
                .isEqualTo(400);
        assertThat(exercise("post /v1/messages", "/v1/messages", frames, new byte[] {1, 0, 0, 0, 0, 0, 0, 0}))
                .isEqualTo(413);
        assertThat(exercise("post /v1/messages", "/v1/messages", "text/plain", new byte[0]))
                .isEqualTo(415);
        assertThat(exercise("post /v1/messages", "/v1/messages", json, utf8(MESSAGES)))
                .isEqualTo(200);
        assertThat(exercise("post /v1/messages", "/v1/messages", json, utf8("[]")))
                .isEqualTo(400);
        assertThat(exercise("get /readyz", "/readyz")).isEqualTo(503);
        assertThat(exercise("head /readyz", "/readyz")).isEqualTo(503);
        assertThat(exercise("head /v1/messages", "/v1/messages")).isEqualTo(200);
        assertThat(exercise("get /v1/messages", "/v1/messages", frames, new byte[0], "Accept", "text/plain"))
                .isEqualTo(406);
        assertThat(exercise("get /v1/messages", "/v1/messages")).isEqualTo(200);
        assertThat(exercise("get /readyz", "/readyz")).isEqualTo(200);
        assertThat(exercise("get /healthz", "/healthz")).isEqualTo(200);
        assertThat(exercise("get /v1/status", "/v1/status")).isEqualTo(200);
        assertThat(exercise("get /version", "/version")).isEqualTo(200);
        assertThat(exercise("get /v1/events", "/v1/events")).isEqualTo(200);
        assertThat(exercise("get /v1/events", "/v1/events", frames, new byte[0], "Last-Event-ID", "x"))
                .isEqualTo(400);
        assertThat(exercise("get /v1/tap", "/v1/tap")).isEqualTo(200);
        assertThat(exercise("get /v1/tap", "/v1/tap?from=x")).isEqualTo(400);
        assertThat(exercise("get /v1/peers", "/v1/peers")).isEqualTo(200);
        assertThat(exercise("get /v1/peers/{id}", "/v1/peers/b")).isEqualTo(200);
        assertThat(exercise("get /v1/peers/{id}", "/v1/peers/c")).isEqualTo(404);
        assertThat(exercise("get /v1/peers/{id}", "/v1/peers/xyz")).isEqualTo(400);
        assertThat(exercise("put /v1/peers/{id}", "/v1/peers/c", json, utf8("{\"urls\":[\"http://127.0.0.1:9\"]}")))
                .isEqualTo(200);
        assertThat(exercise("put /v1/peers/{id}", "/v1/peers/c", json, utf8("{}")))
                .isEqualTo(400);
        assertThat(exercise("delete /v1/peers/{id}", "/v1/peers/c")).isEqualTo(204);
        assertThat(exercise("put /v1/peers/{id}", "/v1/peers/c", json, utf8("{\"urls\":[\"http://127.0.0.1:9\"]}")))
                .isEqualTo(409);
        assertThat(exercise("put /v1/peers/{id}", "/v1/peers/a", json, utf8("{\"urls\":[\"http://127.0.0.1:9\"]}")))
                .isEqualTo(409);
        assertThat(exercise("delete /v1/peers/{id}", "/v1/peers/a")).isEqualTo(409);
        assertThat(exercise("put /v1/peers", "/v1/peers", json, utf8("{\"peers\":{},\"removed\":[\"a\"]}")))
                .isEqualTo(409);
        assertThat(exercise("put /v1/peers", "/v1/peers", json, utf8("{\"peers\":{}}")))
                .isEqualTo(400);
        assertThat(exercise(
                        "put /v1/peers",
                        "/v1/peers",
                        json,
                        utf8("{\"peers\":{\"b\":{\"urls\":[\"" + peerB + "\"]}},\"removed\":[\"c\"]}")))
                .isEqualTo(200);
        assertThat(exercise("get /v1/peers", "/v1/peers")).isEqualTo(200);
        assertThat(exercise("put /v1/peers/{id}", "/v1/peers/c", "text/plain", utf8("{}")))
                .isEqualTo(415);
        assertThat(exercise("put /v1/peers", "/v1/peers", "text/plain", utf8("{}")))
                .isEqualTo(415);
        for (String path : List.of("/healthz", "/version", "/v1/status", "/v1/events", "/v1/tap", "/v1/peers")) {
            assertThat(exercise("head " + path, path)).as(path).isEqualTo(200);
        }
        assertThat(exercise("head /v1/peers/{id}", "/v1/peers/b")).isEqualTo(200);
        assertThat(exercise("get /v1/tap", "/v1/tap", frames, new byte[0], "Accept", "image/png"))
                .isEqualTo(406);
        snapshots(frames);

        assertThat(exercised).isEqualTo(operations());
    }

    @Test
    void shouldTellEventsAsTheDocumentSays() throws Exception {
        Sidecar first = a();
        String earlier = lines(nodeA.resolve("/v1/events")).readLine().substring("id: ".length());
        first.close();
        a();
        b(Optional.empty());
        awaitStreams();
        Message.Builder message =
                Sidecars.message(0).toBuilder().setType(MessageType.MsgSnap).clearIndex();
        message.getSnapshotBuilder().getMetadataBuilder().setTerm(1).setIndex(9);
        ask("POST", nodeA.resolve("/v1/snapshots"), "application/octet-stream", Sidecars.frame(message.build()));
        ask("DELETE", nodeB.resolve("/v1/peers/a"), "application/json", new byte[0]);
        post(frames(1, 1));
        Set<String> expected = new TreeSet<>(Set.of(
                "run", "peer-active", "peer-inactive", "snapshot-status", "snapshot-progress", "member-removed"));
        JsonSchema schema = schema(document.at("/components/schemas/Event"));
        BufferedReader events = lines(nodeA.resolve("/v1/events"), "Last-Event-ID", earlier);

        String name = "";
        while (!expected.isEmpty()) {
            String line = events.readLine();
            if (line.startsWith("event: ")) {
                name = line.substring("event: ".length());
            } else if (line.startsWith("data: ")) {
                JsonNode data = mapper.readTree(line.substring("data: ".length()));
                assertThat(schema.validate(data)).as(name + " " + data).isEmpty();
                expected.remove(name);
            }
        }
    }

    private void snapshots(String frames) throws Exception {
        Message.Builder message =
                Sidecars.message(0).toBuilder().setType(MessageType.MsgSnap).clearIndex();
        message.getSnapshotBuilder().getMetadataBuilder().setTerm(1).setIndex(9);
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        body.writeBytes(Sidecars.frame(message.build()));
        body.writeBytes(new byte[100_000]);
        assertThat(exercise("post /v1/snapshots", "/v1/snapshots", frames, body.toByteArray()))
                .isEqualTo(202);
        assertThat(exercise("post /v1/snapshots", "/v1/snapshots", "text/plain", new byte[1]))
                .isEqualTo(415);
        assertThat(exercise("post /v1/snapshots", "/v1/snapshots", frames, new byte[1]))
                .isEqualTo(400);
        byte[] toNobody = Sidecars.frame(message.setTo(0x77).build());
        assertThat(exercise("post /v1/snapshots", "/v1/snapshots", frames, toNobody))
                .isEqualTo(404);
        // What a peer would have left here.
        Files.write(
                folder.resolve("snapshots-a").resolve("0000000000000001-0000000000000009.snap.db"), new byte[100_000]);
        String database = "/v1/snapshots/{term}-{index}";
        assertThat(exercise("get " + database, "/v1/snapshots/1-9")).isEqualTo(200);
        assertThat(exercise("get " + database, "/v1/snapshots/1-9", frames, new byte[0], "Range", "bytes=0-9"))
                .isEqualTo(206);
        assertThat(exercise("head " + database, "/v1/snapshots/1-9")).isEqualTo(200);
        assertThat(exercise("get " + database, "/v1/snapshots/1-9", frames, new byte[0], "Range", "bytes=0-9,20-29"))
                .isEqualTo(200);
        assertThat(exercise("get " + database, "/v1/snapshots/1-9", frames, new byte[0], "Range", "bytes=200000-"))
                .isEqualTo(416);
        assertThat(exercise("get " + database, "/v1/snapshots/1-9", frames, new byte[0], "If-None-Match", "*"))
                .isEqualTo(304);
        String past = "Sun, 06 Nov 1994 08:49:37 GMT";
        assertThat(exercise("get " + database, "/v1/snapshots/1-9", frames, new byte[0], "If-Unmodified-Since", past))
                .isEqualTo(412);
        String future = "Thu, 06 Nov 2098 08:49:37 GMT";
        assertThat(exercise("get " + database, "/v1/snapshots/1-9", frames, new byte[0], "If-Modified-Since", future))
                .isEqualTo(304);
        assertThat(exercise("get " + database, "/v1/snapshots/1-8")).isEqualTo(404);
        assertThat(exercise("get " + database, "/v1/snapshots/1")).isEqualTo(400);
        assertThat(exercise("delete " + database, "/v1/snapshots/1-9")).isEqualTo(204);
        assertThat(exercise("delete " + database, "/v1/snapshots/1-9")).isEqualTo(404);
    }

    @Test
    void shouldAskForTheTokenWhereTheDocumentSaysSo() throws Exception {
        startWithToken("secret");
        Map<String, String> values = Map.of("{id}", "b", "{term}-{index}", "1-9");

        List<String> open = new ArrayList<>();
        for (String operation : operations()) {
            String path = operation.substring(operation.indexOf(' ') + 1);
            String filled = path;
            for (Map.Entry<String, String> value : values.entrySet()) {
                filled = filled.replace(value.getKey(), value.getValue());
            }
            if (exercise(operation, filled) != 401) {
                open.add(operation);
            }
        }

        assertThat(open).containsExactly("get /healthz", "get /readyz", "head /healthz", "head /readyz");
        for (String operation : open) {
            String[] parts = operation.split(" /");
            assertThat(document.at("/paths/~1" + parts[1] + "/" + parts[0] + "/security"))
                    .as(operation)
                    .isEmpty();
        }
    }

    @Test
    void shouldRefuseWhatAWebPageSendsWhateverItAsksForAndCountIt() throws Exception {
        a();
        String json = "application/json";
        Set<String> all = operations();

        for (String operation : all) {
            String path = operation
                    .substring(operation.indexOf(' ') + 1)
                    .replace("{id}", "b")
                    .replace("{term}-{index}", "1-9");
            assertThat(exercise(operation, path, json, new byte[0], "Origin", "http://evil.example"))
                    .as(operation)
                    .isEqualTo(403);
        }

        assertThat(exercise("get /v1/status", "/v1/status")).isEqualTo(200);
        JsonNode status = mapper.readTree(get(nodeA.resolve("/v1/status")).body());
        assertThat(status.at("/refused/403").asInt()).isEqualTo(all.size());
    }

    @Test
    void shouldNameTheTypesThatThereAre() {
        assertThat(names("MessageType"))
                .containsExactlyElementsOf(
                        Stream.of(MessageType.values()).map(Enum::name).toList());
        assertThat(names("EntryType"))
                .containsExactlyElementsOf(
                        Stream.of(EntryType.values()).map(Enum::name).toList());
    }

    private List<String> names(String schema) {
        List<String> names = new ArrayList<>();
        document.at("/components/schemas/" + schema + "/enum").forEach(each -> names.add(each.asText()));
        return names;
    }

    @Test
    void shouldHaveNoReferenceToNothing() {
        List<String> references = document.findValuesAsText("$ref");

        assertThat(references)
                .isNotEmpty()
                .allSatisfy(reference -> assertThat(
                                document.at(URI.create(reference).getFragment()).isMissingNode())
                        .as(reference)
                        .isFalse());
    }
}
