package dev.rafthttp.sidecar.member;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.rafthttp.fixture.LogLines;
import dev.rafthttp.raftpb.Message;
import dev.rafthttp.raftpb.MessageType;
import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What becomes of the bodies of {@code POST /v1/messages}, over real loopback HTTP. */
class PostedMessagesTest extends SidecarFixture {
    private static final String JSON = "application/json";

    private HttpResponse<String> postJson(String body) throws Exception {
        return ask("POST", nodeA.resolve("/v1/messages"), JSON, body.getBytes(StandardCharsets.UTF_8));
    }

    private static String heartbeat(int commit) {
        return "{\"type\":\"MsgHeartbeat\",\"from\":\"10\",\"to\":\"11\",\"commit\":\"" + commit + "\"}";
    }

    private JsonObject dropped() throws Exception {
        return json(get(nodeA.resolve("/v1/status"))).getAsJsonObject("node").getAsJsonObject("dropped");
    }

    @Test
    void shouldCountEveryObjectWhenThereAreManyInABody() throws Exception {
        a();
        b(Optional.empty());
        awaitStreams();
        DataInputStream in = read();

        JsonObject answer = json(postJson(heartbeat(1) + "\n" + heartbeat(2) + "\n\n" + heartbeat(3) + heartbeat(4)));

        assertThat(answer.get("accepted").getAsLong()).isEqualTo(4);
        for (int commit = 1; commit <= 4; commit++) {
            assertThat(next(in).getCommit()).isEqualTo(commit);
        }
    }

    @Test
    void shouldPostWhatAJsonReaderWasGiven() throws Exception {
        a();
        b(Optional.empty());
        awaitStreams();
        BufferedReader lines = lines(nodeB.resolve("/v1/messages"), "Accept", JSON);
        post(frames(1, 3));
        String read = lines.readLine() + "\n" + lines.readLine() + "\n" + lines.readLine() + "\n";

        JsonObject answer = json(postJson(read));

        assertThat(answer.get("accepted").getAsLong()).isEqualTo(3);
        assertThat(lines.readLine()).isEqualTo(read.substring(0, read.indexOf('\n')));
    }

    @Test
    void shouldNameTheOffsetAndWhatWasTakenBeforeWhenThereIsNoMessageBehindTheLast() throws Exception {
        a();

        HttpResponse<String> answer = postJson(heartbeat(1) + "\n" + heartbeat(2) + "\nnonsense");
        JsonObject counts = json(answer);

        int offset = 2 * (heartbeat(1).length() + 1);
        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(counts.get("error").getAsString()).contains("offset " + offset);
        assertThat(counts.get("accepted").getAsLong() + counts.get("dropped").getAsLong())
                .isEqualTo(2);
        assertThat(json(postJson(heartbeat(1) + "{\"typ\":1}")).get("error").getAsString())
                .contains("offset " + heartbeat(1).length())
                .contains("typ");
        assertThat(json(postJson(heartbeat(1) + "{")).get("error").getAsString())
                .contains("within the object at offset " + heartbeat(1).length());
        assertThat(postJson("").statusCode()).isEqualTo(400);
        assertThat(postJson("{]").body()).contains("no JSON").doesNotContain("gson");
    }

    @Test
    void shouldTakeAnObjectWithoutATypeForNoMessage() throws Exception {
        a();

        for (String each : List.of("{}", "{\"term\":\"7\"}", "{\"responses\":[]}")) {
            HttpResponse<String> answer = postJson(each);

            assertThat(answer.statusCode()).as(each).isEqualTo(400);
            assertThat(answer.body()).contains("the object at offset 0").contains("type");
        }
        String unknownType = "{\"type\":99,\"from\":\"10\",\"to\":\"11\"}";
        assertThat(postJson(unknownType).statusCode()).isEqualTo(200);
    }

    @Test
    void shouldDropAndTellWhatMayNotBeSentAndGoOn() throws Exception {
        a();
        b(Optional.empty());
        awaitStreams();
        BufferedReader events = lines(nodeA.resolve("/v1/events"));
        DataInputStream in = read();
        Message good = Sidecars.message(1);
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        for (int i = 0; i < 50; i++) {
            body.writeBytes(Sidecars.frame(good.toBuilder().setFrom(5).build()));
        }
        body.writeBytes(Sidecars.frame(good.toBuilder().setTo(0x77).build()));
        body.writeBytes(
                Sidecars.frame(good.toBuilder().setType(MessageType.MsgHup).build()));
        body.writeBytes(Sidecars.frame(
                Message.newBuilder().setType(MessageType.MsgHeartbeat).build()));
        body.writeBytes(Sidecars.frame(good));

        JsonObject answer = json(post(body.toByteArray()));

        assertThat(answer.get("accepted").getAsLong()).isEqualTo(1);
        assertThat(answer.get("dropped").getAsLong()).isEqualTo(53);
        assertThat(next(in)).isEqualTo(good);
        JsonObject dropped = dropped();
        assertThat(dropped.get("from_mismatch").getAsLong()).isEqualTo(51);
        assertThat(dropped.get("unknown_peer").getAsLong()).isEqualTo(1);
        assertThat(dropped.get("local_type").getAsLong()).isEqualTo(1);
        long told = 0;
        int count = 0;
        while (told < 51) {
            JsonObject event = nextDropped(events);
            if (event.get("reason").getAsString().equals("from_mismatch")) {
                told += event.get("messages").getAsLong();
                count++;
            }
        }
        assertThat(told).isEqualTo(51);
        assertThat(count).isBetween(1, 10);
    }

    private static JsonObject nextDropped(BufferedReader events) throws IOException {
        for (String line = events.readLine(); line != null; line = events.readLine()) {
            if (line.equals("event: message-dropped")) {
                return JsonParser.parseString(events.readLine().substring("data: ".length()))
                        .getAsJsonObject();
            }
        }
        throw new AssertionError("the events ended");
    }

    @Test
    void shouldTellTheNumberOfATypeWithoutANameWhenItIsDropped() throws Exception {
        a();
        BufferedReader events = lines(nodeA.resolve("/v1/events"));

        postJson("{\"type\":99,\"from\":\"12\",\"to\":\"11\"}");

        JsonObject event = nextDropped(events);
        assertThat(event.get("type").getAsString()).isEqualTo("type 99");
        assertThat(event.get("from").getAsString()).isEqualTo("c");
        assertThat(event.get("total").getAsLong()).isEqualTo(1);
    }

    /** As go.etcd.io/raft's TransferLeadership asks a follower's transport. */
    @Test
    void shouldSendATransferThatIsFromTheMemberThatIsToLead() throws Exception {
        a();
        b(Optional.empty());
        awaitStreams();
        DataInputStream in = read();
        Message transfer = Message.newBuilder()
                .setType(MessageType.MsgTransferLeader)
                .setFrom(0xcL)
                .setTo(Sidecars.B.value())
                .build();

        JsonObject answer = json(post(Sidecars.frame(transfer)));

        assertThat(answer.get("accepted").getAsLong()).isEqualTo(1);
        assertThat(dropped().entrySet()).isEmpty();
        assertThat(next(in)).isEqualTo(transfer);
    }

    @Test
    void shouldRecognizeAFramingMistakeAndWarnWhenABodyHasNoFrames() throws Exception {
        a();
        byte[] message = Sidecars.message(1).toByteArray();
        byte[] u32 = ByteBuffer.allocate(Integer.BYTES + message.length)
                .putInt(message.length)
                .put(message)
                .array();
        try (LogLines log = LogLines.named("dev.rafthttp.sidecar")) {
            HttpResponse<String> answer = post(u32);

            assertThat(answer.statusCode()).isEqualTo(400);
            assertThat(answer.body())
                    .contains("u32 length of " + message.length + ", big-endian")
                    .contains("u64, big-endian, then the message");
            assertThat(post(message).body()).contains("without a length");
            assertThat(ask("POST", nodeA.resolve("/v1/snapshots"), "application/octet-stream", u32)
                            .body())
                    .contains("u32 length of");
            assertThat(log.warnings()).anySatisfy(line -> assertThat(line).contains("u32 length of"));
        }
    }

    /** The answer must not be lost with the connection, however long the client writes before it reads. */
    @Test
    void shouldAnswerAClientThatWritesAllBeforeItReads() throws Exception {
        a();
        try (Socket client = new Socket("127.0.0.1", nodeA.getPort())) {
            client.setSoTimeout((int) LIMIT.toMillis());
            OutputStream out = client.getOutputStream();
            int chunk = 1 << 16;
            int chunks = 4_000;
            out.write(("POST /v1/messages HTTP/1.1\r\nHost: localhost\r\nContent-Length: " + (long) chunk * chunks
                            + "\r\n\r\n")
                    .getBytes(StandardCharsets.US_ASCII));
            byte[] ones = new byte[chunk];
            Arrays.fill(ones, (byte) 1);
            for (int i = 0; i < chunks; i++) {
                out.write(ones);
            }
            byte[] answer = client.getInputStream().readAllBytes();

            assertThat(new String(answer, StandardCharsets.US_ASCII))
                    .startsWith("HTTP/1.1 413")
                    .contains("\"accepted\": 0");
        }
    }

    @Test
    void shouldSayWhatWasTakenWhenAChunkIsBad() throws Exception {
        a();
        try (Socket client = new Socket("127.0.0.1", nodeA.getPort())) {
            client.setSoTimeout((int) LIMIT.toMillis());
            byte[] frame = Sidecars.frame(Sidecars.message(1));
            OutputStream out = client.getOutputStream();
            out.write("POST /v1/messages HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n"
                    .getBytes(StandardCharsets.US_ASCII));
            out.write((Integer.toHexString(frame.length) + "\r\n").getBytes(StandardCharsets.US_ASCII));
            out.write(frame);
            out.write("\r\nxyz\r\n".getBytes(StandardCharsets.US_ASCII));
            out.flush();
            InputStream in = client.getInputStream();

            String answer = new String(in.readAllBytes(), StandardCharsets.US_ASCII);

            assertThat(answer).startsWith("HTTP/1.1 400").contains("offset " + frame.length);
            JsonObject counts = JsonParser.parseString(answer.substring(answer.indexOf("\r\n\r\n")))
                    .getAsJsonObject();
            assertThat(counts.get("accepted").getAsLong()
                            + counts.get("dropped").getAsLong())
                    .isEqualTo(1);
        }
    }
}
