package dev.rafthttp.sidecar.events;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.JsonObject;
import dev.rafthttp.MemberId;
import dev.rafthttp.SnapshotStatus;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class EventLogTest {
    private static final MemberId B = MemberId.parse("b");
    private static final MemberId C = MemberId.parse("c");

    private final EventLog log = new EventLog();
    private final NodeEvents events = new NodeEvents(log, MemberId.parse("a"), new MemberNames(Map.of()));
    private final String begin = log.id(EventLog.Position.START);

    @Test
    void shouldKeepWhatMattersThroughAnOutageOfHours() {
        events.snapshot(C, SnapshotStatus.FAILURE);
        events.active(B, false);
        for (int second = 0; second < 10_000; second++) {
            events.unreachable(B);
            events.unreachable(C);
        }

        assertThat(names(pages(begin)))
                .containsExactly("run", "snapshot-status", "peer-inactive", "unreachable", "unreachable");
    }

    @Test
    void shouldKeepSnapshotsWhenAPeerComesAndGoesForEver() {
        events.snapshot(C, SnapshotStatus.FAILURE);
        for (int time = 0; time < 3 * EventLog.CAPACITY; time++) {
            events.active(B, time % 2 == 0);
        }

        String page = pages(begin);

        assertThat(names(page).subList(0, 3)).containsExactly("run", "missed", "snapshot-status");
        assertThat(page).contains("{\"events\":" + 2 * EventLog.CAPACITY + "}");
        assertThat(names(page)).hasSize(3 + EventLog.CAPACITY);
    }

    @Test
    void shouldCountAsMissedOnlyWhatIsBehindTheLastThatWasSeen() {
        for (int time = 0; time < EventLog.CAPACITY + 10; time++) {
            events.unreachable(B);
            events.active(B, time % 2 == 0);
        }
        EventLog.Position seen = new EventLog.Position(8, 4);

        assertThat(pages(log.id(seen))).contains("event: missed\ndata: {\"events\":6}");
        assertThat(pages(log.id(new EventLog.Position(20, 10)))).doesNotContain("missed");
    }

    @Test
    void shouldTellAReaderOnlyWhatItHasNotSeen() {
        events.active(B, true);
        EventPages reader = log.pages(null);
        String first = text(reader);
        events.unreachable(B);
        events.unreachable(B);

        String second = text(reader);

        assertThat(names(first)).containsExactly("run");
        assertThat(names(second)).containsExactly("unreachable");
        assertThat(text(reader)).isEmpty();
    }

    @Test
    void shouldReplaceTheProgressOfASnapshotByItsEnd() {
        events.snapshotSending("b-1-7", progress("sending"));
        events.snapshotSending("c-1-7", progress("sending"));
        events.snapshotSending("b-1-7", progress("sending"));
        events.snapshotEnded("b-1-7", progress("finished"));

        String page = pages(begin);

        assertThat(names(page)).containsExactly("run", "snapshot-progress", "snapshot-progress");
        assertThat(page.indexOf("sending")).isLessThan(page.indexOf("finished"));
    }

    @Test
    void shouldWaitForNothingBehindAnIdThatWasNeverGivenOut() {
        events.active(B, true);
        EventPages reader = log.pages(log.id(new EventLog.Position(1_000, 1_000)));
        assertThat(names(text(reader))).containsExactly("run");

        events.active(B, false);

        assertThat(names(text(reader))).containsExactly("peer-inactive");
    }

    @Test
    void shouldNameAnIdThatIsNone() {
        for (String wrong : List.of("", "seven", "1a-77", begin + "-", "99999999999999999999-1-1")) {
            assertThatThrownBy(() -> log.pages(wrong))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("Last-Event-ID " + wrong + ": expected");
        }
    }

    private static JsonObject progress(String state) {
        JsonObject data = new JsonObject();
        data.addProperty("state", state);
        return data;
    }

    private String pages(String lastId) {
        return text(log.pages(lastId));
    }

    private static String text(EventPages pages) {
        return new String(pages.next(), StandardCharsets.UTF_8);
    }

    private static List<String> names(String page) {
        return Pattern.compile("^event: (.*)$", Pattern.MULTILINE)
                .matcher(page)
                .results()
                .map(found -> found.group(1))
                .toList();
    }
}
