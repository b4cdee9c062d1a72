package dev.rafthttp.resilience;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.rafthttp.ClusterMismatchException;
import dev.rafthttp.Dialect;
import dev.rafthttp.DropReason;
import dev.rafthttp.Lane;
import dev.rafthttp.raftpb.Message;
import dev.rafthttp.raftpb.MessageType;
import java.io.ByteArrayInputStream;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Two members that restart at each other's addresses, of which a third has not heard. */
class SwappedAddressesTest {
    private static final int MESSAGES = 20;

    private final Queue<Message> atOthers = new ConcurrentLinkedQueue<>();
    private final TestMember one = new TestMember(1, (lane, message) -> {});
    private final TestMember two = new TestMember(2, (lane, message) -> atOthers.add(message));
    private final TestMember three = new TestMember(3, (lane, message) -> atOthers.add(message));

    @AfterEach
    void close() {
        one.close();
        two.close();
        three.close();
    }

    @ParameterizedTest
    @EnumSource
    void shouldTakeNothingThatIsForAnotherMemberByStreamOrPostOrSnapshot(Dialect dialect) {
        one.transport().addPeer(two.id(), List.of(three.url()), dialect);
        one.transport().addPeer(three.id(), List.of(two.url()), dialect);
        // They do not ask for the messages to them, whose address is known, so that these go where they should not.
        two.transport().addPeer(one.id(), List.of(one.url()), Dialect.PUSH);
        three.transport().addPeer(one.id(), List.of(one.url()), Dialect.PUSH);

        // One after the other, so that the pipeline has room for each.
        for (long i = 1; i <= MESSAGES; i++) {
            one.transport().send(TestMember.message(MessageType.MsgVote, 1, 2, i));
            long answered = i;
            await().until(() ->
                    toTwo(Lane.PIPELINE, DropReason.REFUSED) + toTwo(Lane.MESSAGE, DropReason.STREAM_LOST) == answered);
        }

        assertThat(one.transport()
                        .sendSnapshot(
                                TestMember.message(MessageType.MsgSnap, 1, 2, 1),
                                new ByteArrayInputStream(new byte[1000]),
                                1000)
                        .toCompletableFuture())
                .failsWithin(Duration.ofSeconds(20))
                .withThrowableOfType(ExecutionException.class)
                .withCauseInstanceOf(ClusterMismatchException.class);
        assertThat(atOthers).isEmpty();
        assertThat(one.statusOf(two.id()).lanes().values())
                .allSatisfy(lane -> assertThat(lane.delivered()).isZero());
        // Each post that came was counted where it came to, as was the snapshot.
        long refused = toTwo(Lane.PIPELINE, DropReason.REFUSED);
        assertThat(refused).as("posts and the snapshot").isGreaterThan(1);
        assertThat(three.statusOf(one.id()).lanes().get(Lane.PIPELINE).dropped())
                .containsExactly(Map.entry(DropReason.TO_MISMATCH, refused));
    }

    /** How many messages from one to two were dropped. */
    private long toTwo(Lane lane, DropReason reason) {
        return one.statusOf(two.id()).lanes().get(lane).dropped().getOrDefault(reason, 0L);
    }
}
