package dev.rafthttp.sidecar.member;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.rafthttp.raftpb.MessageType;
import java.io.BufferedReader;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** {@code GET /v1/tap}, over real loopback HTTP. */
class TapTest extends SidecarFixture {
    @Test
    void shouldShowAMessageWhereItIsSentAndWhereItComes() throws Exception {
        a();
        b(Optional.empty());
        awaitStreams();
        BufferedReader sent = lines(nodeA.resolve("/v1/tap"));
        BufferedReader come = lines(nodeB.resolve("/v1/tap?type=MsgAppResp&from=a&to=b"), "Accept", "application/json");

        post(frames(7, 7));

        assertThat(sent.readLine())
                .containsPattern("^20.*Z +a → b +MsgAppResp +term 1 +index 7 +entries 0 +bytes \\d+ ");
        JsonObject shown = JsonParser.parseString(come.readLine()).getAsJsonObject();
        assertThat(shown.getAsJsonObject("message").get("index").getAsString()).isEqualTo("7");
        assertThat(shown.get("time").getAsString()).startsWith("20");
    }

    @Test
    void shouldShowOnlyWhatIsAskedFor() throws Exception {
        a();
        b(Optional.empty());
        awaitStreams();
        BufferedReader others = lines(nodeA.resolve("/v1/tap?type=MsgVote"));
        BufferedReader all = lines(nodeA.resolve("/v1/tap"));

        post(frames(1, 3));
        post(Sidecars.frame(
                Sidecars.message(4).toBuilder().setType(MessageType.MsgVote).build()));

        assertThat(others.readLine()).contains("MsgVote").contains("index 4");
        for (int index = 1; index <= 4; index++) {
            assertThat(all.readLine()).contains("index " + index);
        }
    }

    @Test
    void shouldTellASlowReaderHowManyItMissedAndSlowNothing() throws Exception {
        a();
        b(Optional.empty());
        awaitStreams();
        BufferedReader shown = lines(nodeB.resolve("/v1/tap"), "Accept", "application/json");
        drain(read());

        long count = 0;
        while (count < 30_000) {
            count += json(post(largeFrames(1_000))).get("accepted").getAsLong();
        }

        long messages = 0;
        long missed = 0;
        while (messages + missed < count) {
            JsonObject line = JsonParser.parseString(shown.readLine()).getAsJsonObject();
            if (line.has("missed")) {
                missed += line.get("missed").getAsLong();
            } else {
                messages++;
            }
        }
        assertThat(messages + missed).isEqualTo(count);
        assertThat(missed).isPositive();
    }

    @Test
    void shouldNameWhatIsWrongWithAFilter() throws Exception {
        a();

        assertThat(get(tap("?from=xyz")).body()).contains("xyz");
        assertThat(get(tap("?type=MsgNone")).body()).contains("type MsgNone");
        assertThat(get(tap("?form=a")).body()).contains("query parameter form: expected from, to or type");
        assertThat(get(tap("?type=MsgNone")).statusCode()).isEqualTo(400);
    }

    /** Reads, so that the peer is not held back, until the end. */
    private static void drain(DataInputStream in) {
        Thread reader = new Thread(
                () -> {
                    try {
                        in.transferTo(OutputStream.nullOutputStream());
                    } catch (IOException closed) {
                        // With the test.
                    }
                },
                "reader");
        reader.setDaemon(true);
        reader.start();
    }

    private URI tap(String query) {
        return nodeA.resolve("/v1/tap" + query);
    }
}
