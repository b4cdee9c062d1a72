package dev.rafthttp.sidecar.member;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import dev.rafthttp.raftpb.Message;
import dev.rafthttp.raftpb.MessageType;
import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.Arrays;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** {@code /v1/snapshots}, over real loopback HTTP: what the node of a sends, the node of b gets. */
class SnapshotsTest extends SidecarFixture {
    private final byte[] database = new byte[3 << 20];

    SnapshotsTest() {
        new Random(20261125).nextBytes(database);
    }

    private static Message snapshot(long index) {
        Message.Builder message =
                Sidecars.message(0).toBuilder().setType(MessageType.MsgSnap).clearIndex();
        message.getSnapshotBuilder().getMetadataBuilder().setTerm(1).setIndex(index);
        return message.build();
    }

    private HttpResponse<String> send(Message message, byte[] with) throws Exception {
        InputStream body = new SequenceInputStream(
                new ByteArrayInputStream(Sidecars.frame(message)), new ByteArrayInputStream(with));
        return http.send(
                HttpRequest.newBuilder(nodeA.resolve("/v1/snapshots"))
                        .timeout(LIMIT)
                        .POST(BodyPublishers.ofInputStream(() -> body))
                        .build(),
                BodyHandlers.ofString());
    }

    private HttpResponse<byte[]> fetch(String method, String name, String... headers) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(nodeB.resolve("/v1/snapshots/" + name))
                .timeout(LIMIT)
                .method(method, BodyPublishers.noBody());
        if (headers.length > 0) {
            request.headers(headers);
        }
        return http.send(request.build(), BodyHandlers.ofByteArray());
    }

    @Test
    void shouldCarryTheDatabaseAndThenGiveTheMessageToTheNode() throws Exception {
        a();
        b(Optional.empty());
        BufferedReader events = lines(nodeA.resolve("/v1/events"));
        DataInputStream in = read();

        HttpResponse<String> answer = send(snapshot(1200), database);

        assertThat(answer.statusCode()).isEqualTo(202);
        assertThat(json(answer).get("id").getAsString()).isEqualTo("b-1-1200");
        assertThat(next(in)).isEqualTo(snapshot(1200));
        assertThat(fetch("GET", "1-1200").body()).isEqualTo(database);
        String line = events.readLine();
        while (!line.contains("finish")) {
            line = events.readLine();
        }
        assertThat(line).contains("\"peer\":\"b\"");
    }

    @Test
    void shouldGiveARangeOfTheDatabaseAndForgetItWhenItIsDeleted() throws Exception {
        a();
        b(Optional.empty());
        DataInputStream in = read();
        send(snapshot(5), database);
        // The database is stored by then; the answer comes when it has been read.
        next(in);

        HttpResponse<byte[]> range = fetch("GET", "1-5", "Range", "bytes=1000000-1000099");

        assertThat(range.statusCode()).isEqualTo(206);
        assertThat(range.body()).isEqualTo(Arrays.copyOfRange(database, 1_000_000, 1_000_100));
        assertThat(range.headers().firstValue("Content-Range")).contains("bytes 1000000-1000099/" + database.length);
        assertThat(fetch("GET", "1-5", "Range", "bytes=9999999-").statusCode()).isEqualTo(416);
        assertThat(fetch("DELETE", "1-5").statusCode()).isEqualTo(204);
        assertThat(fetch("GET", "1-5").statusCode()).isEqualTo(404);
    }

    @Test
    void shouldSayWhyASnapshotWasNotSent() throws Exception {
        a();
        BufferedReader events = lines(nodeA.resolve("/v1/events"));

        HttpResponse<String> answer = send(snapshot(3), database);

        // Little is read before the peer turns out to be away; then the rest is not waited for.
        assertThat(answer.statusCode()).isIn(202, 502);
        String line = events.readLine();
        while (!line.contains("\"state\":\"failed\"")) {
            line = events.readLine();
        }
        assertThat(line).contains("\"id\":\"b-1-3\"").contains("\"error\":");
    }

    @Test
    void shouldNameWhatIsWrongWithAPost() throws Exception {
        a();
        Message other = snapshot(1).toBuilder().setTo(0x77).build();
        URI url = nodeA.resolve("/v1/snapshots");

        assertThat(send(Sidecars.message(1), database).body())
                .contains("MsgAppResp")
                .contains("expected a MsgSnap");
        assertThat(send(other, database).body()).contains("to 77");
        JsonObject cut = json(ask("POST", url, "application/octet-stream", new byte[] {0, 0, 0}));
        assertThat(cut.get("error").getAsString()).contains("offset 3");
        JsonObject huge = json(ask("POST", url, "application/octet-stream", new byte[] {1, 0, 0, 0, 0, 0, 0, 0}));
        assertThat(huge.get("error").getAsString())
                .contains("72057594037927936")
                .contains("above the limit of 536870912");
        assertThat(get(url).statusCode()).isEqualTo(405);
        assertThat(get(url.resolve("/v1/snapshots/../../secret")).statusCode()).isEqualTo(404);
        assertThat(get(url.resolve("/v1/snapshots/x-y")).statusCode()).isEqualTo(400);
        assertThat(get(url.resolve("/v1/snapshots/1-99999999999999999999")).statusCode())
                .isEqualTo(400);
    }
}
