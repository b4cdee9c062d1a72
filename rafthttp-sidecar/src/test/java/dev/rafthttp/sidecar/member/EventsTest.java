package dev.rafthttp.sidecar.member;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** {@code GET /v1/events}, over real loopback HTTP. */
class EventsTest extends SidecarFixture {
    private static String next(BufferedReader events, String name) throws IOException {
        String id = "";
        for (String line = events.readLine(); line != null; line = events.readLine()) {
            if (line.startsWith("id: ")) {
                id = line.substring("id: ".length());
            }
            if (line.equals("event: " + name)) {
                return id + " " + events.readLine();
            }
        }
        throw new AssertionError("the events ended before " + name);
    }

    @Test
    void shouldTellThatAPeerComesAndGoes() throws Exception {
        a();
        BufferedReader events = lines(nodeA.resolve("/v1/events"));

        Sidecar b = b(Optional.empty());

        assertThat(next(events, "peer-active")).contains("data: {\"peer\":\"b\",\"time\":\"");
        b.close();
        assertThat(next(events, "peer-inactive")).contains("\"peer\":\"b\"");
        assertThat(next(events, "unreachable")).contains("\"peer\":\"b\"");
    }

    @Test
    void shouldResumeAfterTheLastEventThatTheNodeSaw() throws Exception {
        a();
        BufferedReader first = lines(nodeA.resolve("/v1/events"));
        Sidecar b = b(Optional.empty());
        String active = next(first, "peer-active");
        first.close();
        b.close();

        BufferedReader resumed =
                lines(nodeA.resolve("/v1/events"), "Last-Event-ID", active.substring(0, active.indexOf(' ')));

        assertThat(next(resumed, "peer-inactive")).contains("\"peer\":\"b\"");
    }

    @Test
    void shouldTellAllThatIsKeptWhenTheNodeSawAnEarlierRunOfTheSidecar() throws Exception {
        a();
        BufferedReader now = lines(nodeA.resolve("/v1/events"));
        b(Optional.empty());
        String active = next(now, "peer-active");

        BufferedReader resumed = lines(nodeA.resolve("/v1/events"), "Last-Event-ID", "1a-77");

        assertThat(next(resumed, "peer-active")).isEqualTo(active);
    }

    @Test
    void shouldTellTheNodeThatItsMemberHasBeenRemoved() throws Exception {
        a();
        BufferedReader events = lines(nodeA.resolve("/v1/events"));
        b(Optional.empty());
        awaitStreams();

        ask("DELETE", nodeB.resolve("/v1/peers/a"), "application/json", new byte[0]);
        post(frames(1, 1));

        assertThat(next(events, "member-removed")).contains("\"member\":\"a\"");
    }

    @Test
    void shouldNameAWrongIdAndEndTheAnswersProperlyWhenTheSidecarEnds() throws Exception {
        Sidecar a = a();
        BufferedReader events = lines(nodeA.resolve("/v1/events"));

        assertThat(lines(nodeA.resolve("/v1/events"), "Last-Event-ID", "seven").readLine())
                .isEqualTo("{");
        assertThat(ask("POST", nodeA.resolve("/v1/events"), "text/plain", new byte[0])
                        .statusCode())
                .isEqualTo(405);
        a.close();

        String last = events.readLine();
        while (last != null) {
            last = events.readLine();
        }
    }
}
