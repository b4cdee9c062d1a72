package dev.rafthttp.sidecar.member;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** {@code GET /v1/events}, over real loopback HTTP. */
class EventsTest extends SidecarFixture {
    static String next(BufferedReader events, String name) throws IOException {
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
        Sidecar earlier = a();
        String earlierRun = run(lines(nodeA.resolve("/v1/events")));
        earlier.close();
        a();
        BufferedReader now = lines(nodeA.resolve("/v1/events"));
        String thisRun = run(now);
        b(Optional.empty());
        String active = next(now, "peer-active");

        BufferedReader resumed = lines(nodeA.resolve("/v1/events"), "Last-Event-ID", earlierRun + "-77-70");

        assertThat(thisRun).isNotEqualTo(earlierRun);
        assertThat(next(resumed, "run"))
                .startsWith(thisRun + "-0-0 ")
                .contains("\"run\":\"" + thisRun + "\"")
                .contains("\"previousRun\":\"" + earlierRun + "\"");
        assertThat(next(resumed, "peer-active")).isEqualTo(active);
        assertThat(json(get(nodeA.resolve("/v1/status"))).get("run").getAsString())
                .isEqualTo(thisRun);
    }

    @Test
    void shouldBeginEveryAnswerWithTheRunAndNotGoBackInIt() throws Exception {
        a();
        BufferedReader first = lines(nodeA.resolve("/v1/events"));
        b(Optional.empty());
        String active = next(first, "peer-active");
        String last = active.substring(0, active.indexOf(' '));

        BufferedReader resumed = lines(nodeA.resolve("/v1/events"), "Last-Event-ID", last);

        assertThat(resumed.readLine()).isEqualTo("id: " + last);
        assertThat(resumed.readLine()).isEqualTo("event: run");
        assertThat(resumed.readLine()).contains("\"started\":\"").doesNotContain("previousRun");
    }

    @Test
    void shouldTellEveryNodeThatComesThatItsMemberHasBeenRemoved() throws Exception {
        a();
        BufferedReader events = lines(nodeA.resolve("/v1/events"));
        b(Optional.empty());
        awaitStreams();

        ask("DELETE", nodeB.resolve("/v1/peers/a"), "application/json", new byte[0]);
        post(frames(1, 1));
        String told = next(events, "member-removed");
        BufferedReader later = lines(nodeA.resolve("/v1/events"));
        BufferedReader resumed =
                lines(nodeA.resolve("/v1/events"), "Last-Event-ID", told.substring(0, told.indexOf(' ')));

        assertThat(told).contains("\"member\":\"a\"");
        assertThat(next(later, "member-removed")).contains("\"member\":\"a\"");
        assertThat(next(resumed, "member-removed")).contains("\"member\":\"a\"");
    }

    private static String run(BufferedReader events) throws IOException {
        String data = next(events, "run");
        return data.replaceAll(".*\"run\":\"([0-9a-f]{16})\".*", "$1");
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
