package dev.rafthttp.peer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rafthttp.StreamType;
import dev.rafthttp.coupling.StreamCoupler.Direction;
import dev.rafthttp.fixture.VirtualScheduler;
import dev.rafthttp.peer.Contest.Slot;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Who gets a peer's streams, of processes that ask for them by turns. */
class ContestTest {
    private static final StreamOrigin ONE = new StreamOrigin("10.0.0.1", 1000, "http://10.0.0.1:2380", "");
    private static final StreamOrigin OTHER = new StreamOrigin("10.0.0.2", 2000, "http://10.0.0.2:2380", "");

    private final VirtualScheduler time = new VirtualScheduler();
    private final Map<Slot, StreamOrigin> open = new HashMap<>();
    private final Contest contest = new Contest(time, (type, direction) -> open.containsKey(new Slot(type, direction)));

    /** The rival, or empty if the stream has been opened in place of the one before. */
    private Optional<StreamOrigin> ask(StreamType type, StreamOrigin origin) {
        Contest.Decision decision = contest.decide(type, Direction.INBOUND, origin);
        decision.losers().forEach(open::remove);
        if (decision.rival().isEmpty()) {
            open.put(new Slot(type, Direction.INBOUND), origin);
        }
        return decision.rival();
    }

    private void contend() {
        for (int i = 0; i < Contest.MAX_REPLACED + 1; i++) {
            assertThat(ask(StreamType.MESSAGE, i % 2 == 0 ? ONE : OTHER)).isEmpty();
            time.advance(Duration.ofMillis(50));
        }
    }

    @Test
    void shouldRefuseTheOneAndKeepTheOtherWhenTwoTakeEachOthersStreams() {
        contend();

        for (int i = 0; i < 100; i++) {
            assertThat(ask(StreamType.MESSAGE, ONE)).contains(OTHER);
            time.advance(Duration.ofSeconds(1));
        }
        assertThat(open.values()).containsExactly(OTHER);
    }

    @Test
    void shouldGiveTheSameProcessAllLanes() {
        ask(StreamType.MSGAPP, ONE);
        contend();

        assertThat(ask(StreamType.MESSAGE, ONE)).contains(OTHER);
        assertThat(open.values()).as("the msgapp stream of the other is closed").containsExactly(OTHER);
        assertThat(ask(StreamType.MSGAPP, ONE)).contains(OTHER);
        assertThat(ask(StreamType.MSGAPP, OTHER)).isEmpty();
    }

    @Test
    void shouldLetTheOtherInWhenTheFirstIsGone() {
        contend();
        ask(StreamType.MESSAGE, ONE);
        open.clear();

        assertThat(ask(StreamType.MESSAGE, ONE)).isEmpty();
        assertThat(ask(StreamType.MSGAPP, OTHER)).contains(ONE);
    }

    @Test
    void shouldLetTheRestartedInAtOnceWhenNobodyWasRefusedForAWhile() {
        contend();
        ask(StreamType.MESSAGE, ONE);
        time.advance(Duration.ofNanos(Contest.WINDOW_NANOS + 1));

        assertThat(ask(StreamType.MESSAGE, ONE)).isEmpty();
    }

    @Test
    void shouldLetItInEachTimeWhenItRestartsNowAndThen() {
        for (int i = 0; i < 100; i++) {
            assertThat(ask(StreamType.MSGAPP, i % 2 == 0 ? ONE : OTHER)).isEmpty();
            assertThat(ask(StreamType.MESSAGE, i % 2 == 0 ? ONE : OTHER)).isEmpty();
            time.advance(Duration.ofSeconds(6));
        }
    }

    @Test
    void shouldLetItInEachTimeWhenItsStreamsAreClosedBetween() {
        for (int i = 0; i < 1000; i++) {
            assertThat(ask(StreamType.MESSAGE, i % 2 == 0 ? ONE : OTHER)).isEmpty();
            open.clear();
        }
    }

    @Test
    void shouldKeepTheOpenStreamWhenNothingTellsTheProcessesApart() {
        for (int i = 0; i < Contest.MAX_REPLACED + 1; i++) {
            assertThat(ask(StreamType.MESSAGE, new StreamOrigin("10.0.0.1", i, "", "")))
                    .isEmpty();
        }

        assertThat(ask(StreamType.MESSAGE, new StreamOrigin("10.0.0.1", 77, "", "")))
                .contains(new StreamOrigin("10.0.0.1", Contest.MAX_REPLACED, "", ""));
        assertThat(ask(StreamType.MSGAPP, new StreamOrigin("10.0.0.1", 78, "", "")))
                .isEmpty();
    }

    private static StreamOrigin instance(String name, int port) {
        return new StreamOrigin("10.0.0.1", port, "http://10.0.0.1:2380", name);
    }

    @Test
    void shouldTellProcessesApartByTheirInstanceWhenTheyShareAHostAndUrls() {
        for (int i = 0; i < Contest.MAX_REPLACED + 1; i++) {
            assertThat(ask(StreamType.MESSAGE, instance(i % 2 == 0 ? "one" : "other", i)))
                    .isEmpty();
        }

        assertThat(ask(StreamType.MESSAGE, instance("one", 90)))
                .map(StreamOrigin::instance)
                .contains("other");
        assertThat(ask(StreamType.MSGAPP, instance("one", 91)))
                .map(StreamOrigin::instance)
                .contains("other");
        assertThat(ask(StreamType.MSGAPP, instance("other", 92))).isEmpty();
        assertThat(contest.rivalOfPost(instance("one", 93)))
                .map(StreamOrigin::instance)
                .contains("other");
        assertThat(contest.rivalOfPost(instance("other", 94))).isEmpty();
    }

    @Test
    void shouldLetAProcessReplaceItsOwnStreamHoweverOften() {
        for (int i = 0; i < 10 * Contest.MAX_REPLACED; i++) {
            assertThat(ask(StreamType.MESSAGE, instance("one", i))).isEmpty();
        }
    }

    @Test
    void shouldTakePostsOfEitherUnlessItIsContestedOrOnceNobodyHasBeenRefusedForAWhile() {
        assertThat(ask(StreamType.MESSAGE, OTHER)).isEmpty();
        assertThat(contest.rivalOfPost(ONE)).isEmpty();
        open.clear();
        contend();
        assertThat(ask(StreamType.MESSAGE, ONE)).contains(OTHER);
        assertThat(contest.rivalOfPost(ONE)).contains(OTHER);

        time.advance(Contest.WINDOW_NANOS + 1);

        assertThat(contest.rivalOfPost(ONE)).isEmpty();
    }
}
