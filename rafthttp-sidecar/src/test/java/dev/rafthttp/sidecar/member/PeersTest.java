package dev.rafthttp.sidecar.member;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.io.BufferedReader;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** {@code /v1/peers}: who is a peer and who has been removed, over real loopback HTTP. */
class PeersTest extends SidecarFixture {
    private final URI peers = nodeA.resolve("/v1/peers");

    private HttpResponse<String> put(URI at, String body) throws Exception {
        return ask("PUT", at, "application/json", body.getBytes(StandardCharsets.UTF_8));
    }

    private int delete(URI at) throws Exception {
        return ask("DELETE", at, "application/json", new byte[0]).statusCode();
    }

    private URI one(String id) {
        return peers.resolve("/v1/peers/" + id);
    }

    private static String peer(URI url) {
        return "{\"urls\":[\"" + url + "\"]}";
    }

    private static List<String> ids(JsonArray array) {
        return array.asList().stream()
                .map(each -> each.isJsonObject() ? each.getAsJsonObject().get("id") : each)
                .map(JsonElement::getAsString)
                .toList();
    }

    private void assertSet(JsonObject all, List<String> members, List<String> removed) {
        assertThat(ids(all.getAsJsonArray("peers"))).isEqualTo(members);
        assertThat(ids(all.getAsJsonArray("removed"))).isEqualTo(removed);
    }

    @Test
    void shouldRememberTheRemovalOfAMemberThatWasNoPeerYet() throws Exception {
        Sidecar first = a();

        assertThat(delete(one("4"))).isEqualTo(204);
        assertThat(delete(one("4"))).isEqualTo(204);

        assertSet(json(get(peers)), List.of("b"), List.of("4"));
        assertThat(post(Sidecars.frame(Sidecars.message(1).toBuilder().setTo(4).build()))
                        .body())
                .contains("\"dropped\": 1");
        first.close();
        a();
        assertSet(json(get(peers)), List.of("b"), List.of("4"));
    }

    @Test
    void shouldTellAMemberThatWasNoPeerYetThatItHasBeenRemoved() throws Exception {
        a();
        delete(one("b"));
        put(peers, "{\"peers\":{},\"removed\":[]}");
        assertThat(delete(one("b"))).isEqualTo(204);

        b(Optional.empty());
        BufferedReader events = lines(nodeB.resolve("/v1/events"));

        assertThat(EventsTest.next(events, "member-removed")).contains("\"member\":\"b\"");
    }

    @Test
    void shouldNotTakeARemovedMemberForAPeer() throws Exception {
        a();
        delete(one("b"));

        HttpResponse<String> answer = put(one("b"), peer(peerB));

        assertThat(answer.statusCode()).isEqualTo(409);
        assertThat(answer.body()).contains("peer b has been removed").contains("expected another ID");
        assertSet(json(get(peers)), List.of(), List.of("b"));
    }

    @Test
    void shouldSetAllAtOnceAndKnowItAgainWhateverTheOptionsSay() throws Exception {
        Sidecar first = a();
        put(one("c"), peer(URI.create("http://127.0.0.1:9")));
        delete(one("d"));

        HttpResponse<String> answer = put(
                peers,
                "{\"peers\":{\"e\":{\"urls\":[\"http://127.0.0.1:9\"],\"dialect\":\"etcd\"}},\"removed\":[\"f\",\"c\"]}");

        assertThat(answer.statusCode()).isEqualTo(200);
        assertSet(json(answer), List.of("e"), List.of("c", "f"));
        first.close();
        a();
        // Not b, which is in the options.
        assertSet(json(get(peers)), List.of("e"), List.of("c", "f"));
    }

    @Test
    void shouldKeepTheConnectionsOfPeersThatStayAsTheyAre() throws Exception {
        a();
        b(Optional.empty());
        awaitStreams();
        String since = activeSince();

        HttpResponse<String> answer = put(
                peers,
                "{\"peers\":{\"b\":" + peer(peerB) + ",\"c\":{\"urls\":[\"http://127.0.0.1:9\"]}},\"removed\":[]}");

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(activeSince()).isEqualTo(since);
    }

    private String activeSince() throws Exception {
        return json(get(nodeA.resolve("/v1/status")))
                .getAsJsonArray("peers")
                .get(0)
                .getAsJsonObject()
                .get("activeSince")
                .getAsString();
    }

    /** @param expected the body that was put, and what its error must say */
    private static void assertRefused(HttpResponse<String> answer, int status, String[] expected) {
        assertThat(answer.statusCode()).as(expected[0]).isEqualTo(status);
        String error = json(answer).get("error").getAsString();
        for (int part = 1; part < expected.length; part++) {
            assertThat(error).contains(expected[part]);
        }
    }

    @Test
    void shouldChangeNothingWhenAnythingIsWrong() throws Exception {
        a();
        String c = "\"c\":{\"urls\":[\"http://127.0.0.1:9\"]}";

        for (String[] wrong : new String[][] {
            {"{}", "peers is missing", "removed is missing"},
            {"{\"peers\":[],\"removed\":{}}", "peers []", "removed {}"},
            {"{\"peers\":{" + c + "},\"removed\":[\"xyz\"]}", "xyz"},
            {"{\"peers\":{" + c + ",\"d\":{\"urls\":[]}},\"removed\":[]}", "peer d: urls []"},
            {"{\"peers\":{" + c + "},\"removed\":[7]}", "removed"},
            {"{\"peers\":{" + c + "},\"removed\":[],\"more\":1}", "\"more\": expected only peers and removed"},
        }) {
            assertRefused(put(peers, wrong[0]), 400, wrong);
        }
        for (String[] impossible : new String[][] {
            {"{\"peers\":{" + c + "},\"removed\":[\"c\"]}", "member c", "not among both"},
            {
                "{\"peers\":{" + c + ",\"a\":{\"urls\":[\"http://127.0.0.1:9\"]}},\"removed\":[]}",
                "peer a: expected another"
            },
            {"{\"peers\":{" + c + "},\"removed\":[\"a\"]}", "peer a: expected another"},
        }) {
            assertRefused(put(peers, impossible[0]), 409, impossible);
        }
        assertThat(ask("POST", peers, "application/json", new byte[0]).statusCode())
                .isEqualTo(405);
        assertThat(delete(one("a"))).isEqualTo(409);
        assertSet(json(get(peers)), List.of("b"), List.of());
    }
}
