package dev.rafthttp.outbound;

import static dev.rafthttp.fixture.TestMessages.app;
import static dev.rafthttp.fixture.TestMessages.heartbeat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.rafthttp.DropReason;
import dev.rafthttp.Lane;
import dev.rafthttp.MemberId;
import dev.rafthttp.PeerStatus.FollowerStatus;
import dev.rafthttp.PeerStatus.LaneStatus;
import dev.rafthttp.PeerUnreachableException;
import dev.rafthttp.RemovedMemberException;
import dev.rafthttp.fixture.RecordingLedger;
import dev.rafthttp.fixture.ScriptedPoster;
import dev.rafthttp.fixture.Surroundings;
import dev.rafthttp.fixture.TestMessages;
import dev.rafthttp.raftpb.Message;
import dev.rafthttp.raftpb.MessageType;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class PipelineTest {
    private static final URI A = URI.create("http://a:2380");
    private static final URI B = URI.create("http://b:2380");
    private static final int IN_FLIGHT = 4;
    private static final int QUEUED = 64;

    private final Surroundings surroundings = new Surroundings();
    private final ScriptedPoster poster = new ScriptedPoster();
    private final UrlPicker urls = new UrlPicker(List.of(A, B));
    private final RecordingLedger ledger = new RecordingLedger(surroundings);
    private final Pipeline pipeline = pipeline(poster);

    @Test
    void shouldStartAPostOnTheSendersThreadWhenNoneIsUnderWay() {
        offer(heartbeat(1));

        assertThat(poster.posts()).hasSize(1);
        assertThat(poster.posts().get(0).message()).isEqualTo(heartbeat(1));
        assertThat(poster.posts().get(0).url()).isEqualTo(A);
    }

    @Test
    void shouldKeepFourInFlightAndQueueSixtyFour() {
        int taken = 0;
        while (offer(heartbeat(taken))) {
            taken++;
        }

        assertThat(poster.posts()).hasSize(IN_FLIGHT);
        assertThat(taken).isEqualTo(IN_FLIGHT + QUEUED);
        assertThat(pipeline.status().queuedMessages()).isEqualTo(QUEUED);
    }

    @Test
    void shouldStartTheNextInOrderWhenAPostEnds() {
        for (int i = 0; i < 7; i++) {
            offer(heartbeat(i));
        }

        poster.outcome(2).delivered();
        poster.outcome(0).failed(new IOException("connection reset"));
        poster.outcome(1).refused(new PeerUnreachableException("500"));

        assertThat(poster.posts().stream().map(post -> TestMessages.label(post.message())))
                .containsExactlyElementsOf(List.of(
                        "MsgHeartbeat 0",
                        "MsgHeartbeat 1",
                        "MsgHeartbeat 2",
                        "MsgHeartbeat 3",
                        "MsgHeartbeat 4",
                        "MsgHeartbeat 5",
                        "MsgHeartbeat 6"));
        assertThat(pipeline.status().queuedMessages()).isZero();
        assertThat(pipeline.status().queuedBytes()).isZero();
    }

    @Test
    void shouldCountWhatThePeerTookAsDelivered() {
        offer(heartbeat(1));

        poster.outcome(0).delivered();

        assertAccount(1, 1, 0);
        assertThat(ledger.posted).containsExactly(heartbeat(1));
        assertThat(ledger.postsFailed).isEmpty();
    }

    @Test
    void shouldCountWhatThePeerRefusedAsDropped() {
        offer(heartbeat(1));

        poster.outcome(0).refused(new PeerUnreachableException("500"));

        assertAccount(1, 0, 0);
        assertThat(drops()).containsExactly(DropReason.REFUSED);
        assertThat(ledger.postsFailed).containsExactly(heartbeat(1));
        surroundings.executor.runAll();
        assertThat(surroundings.raft.removals()).isEmpty();
    }

    @Test
    void shouldCountAPostWithoutAnAnswerInDoubt() {
        offer(heartbeat(1));

        poster.outcome(0).failed(new IOException("connection reset"));

        assertAccount(1, 0, 1);
        assertThat(surroundings.metrics.count("inDoubt", Lane.PIPELINE)).isEqualTo(1);
        assertThat(drops()).isEmpty();
        assertThat(ledger.postsFailed).containsExactly(heartbeat(1));
    }

    @Test
    void shouldDropAPostThatNeverLeft() {
        poster.disconnected();
        offer(heartbeat(1));

        poster.outcome(0).failed(new ConnectException("connection refused"));

        assertAccount(0, 0, 0);
        assertThat(surroundings.metrics.count("sent", Lane.PIPELINE, MessageType.MsgHeartbeat))
                .isZero();
        assertThat(surroundings.metrics.count("inDoubt", Lane.PIPELINE)).isZero();
        assertThat(drops()).containsExactly(DropReason.UNREACHABLE);
        assertThat(ledger.postsFailed).containsExactly(heartbeat(1));
    }

    @Test
    void shouldTellThatThisMemberWasRemovedWhenThePeerSaysSo() {
        offer(heartbeat(1));
        RemovedMemberException removed =
                new RemovedMemberException(MemberId.parse("2"), "member 1 has been removed, says peer 2");

        poster.outcome(0).refused(removed);

        surroundings.executor.runAll();
        assertThat(surroundings.raft.removals()).containsExactly(removed);
        assertThat(drops()).containsExactly(DropReason.REFUSED);
    }

    @Test
    void shouldPostToTheNextUrlWhenOneFails() {
        offer(heartbeat(1));
        poster.outcome(0).failed(new IOException("connection refused"));
        offer(heartbeat(2));
        poster.outcome(1).refused(new PeerUnreachableException("503"));
        offer(heartbeat(3));
        poster.outcome(2).delivered();
        offer(heartbeat(4));

        assertThat(poster.posts().stream().map(ScriptedPoster.Post::url)).containsExactly(A, B, A, A);
    }

    @Test
    void shouldRecordLatencyAndFailuresOfMsgAppOnly() {
        for (Message message : List.of(app(1), app(2), heartbeat(1), heartbeat(2))) {
            offer(message);
        }
        surroundings.scheduler.advance(Duration.ofMillis(3));
        poster.outcome(0).delivered();
        poster.outcome(1).failed(new IOException("connection reset"));
        poster.outcome(2).delivered();
        poster.outcome(3).failed(new IOException("connection reset"));

        FollowerStatus status = ledger.follower();
        assertThat(status.successes()).isEqualTo(1);
        assertThat(status.failures()).isEqualTo(1);
        assertThat(status.currentNanos()).isEqualTo(3_000_000);
    }

    @Test
    void shouldDropWhatIsQueuedWhenClosed() {
        for (int i = 0; i < 7; i++) {
            offer(heartbeat(i));
        }

        pipeline.close();
        pipeline.close();

        assertThat(drops()).containsExactly(DropReason.CLOSED, DropReason.CLOSED, DropReason.CLOSED);
        assertThat(pipeline.status().queuedMessages()).isZero();
        poster.outcome(0).delivered();
        assertAccount(4, 1, 0);
    }

    @Test
    void shouldDropAMessageWhenItComesAfterClose() {
        pipeline.close();

        offer(heartbeat(1));

        assertThat(drops()).containsExactly(DropReason.CLOSED);
        assertThat(poster.posts()).isEmpty();
    }

    @Test
    void shouldNotDeepenTheStackWhenEachPostEndsAtOnce() {
        offer(heartbeat(0));
        offer(heartbeat(1));
        offer(heartbeat(2));
        offer(heartbeat(3));
        for (int i = 4; i < IN_FLIGHT + QUEUED; i++) {
            offer(heartbeat(i));
        }
        int[] depth = new int[2];
        poster.endAtOnce(outcome -> {
            depth[1] = Math.max(depth[1], ++depth[0]);
            outcome.delivered();
            depth[0]--;
        });

        poster.outcome(0).delivered();

        assertThat(poster.posts()).hasSize(IN_FLIGHT + QUEUED);
        assertThat(depth[1]).isEqualTo(1);
    }

    @Test
    @Timeout(60)
    void shouldPostEachMessageOnceAndNeverMoreThanFourAtATimeWhenManyThreadsSend() throws Exception {
        int senders = 3;
        int messages = 20_000;
        ExecutorService threads = Executors.newCachedThreadPool();
        ExecutorService network = Executors.newFixedThreadPool(2);
        AtomicInteger inFlight = new AtomicInteger();
        AtomicInteger mostInFlight = new AtomicInteger();
        AtomicInteger posts = new AtomicInteger();
        Pipeline raced = pipeline((url, message, outcome) -> {
            mostInFlight.accumulateAndGet(inFlight.incrementAndGet(), Math::max);
            int number = posts.incrementAndGet();
            outcome.begun();
            Runnable end = () -> {
                inFlight.decrementAndGet();
                outcome.delivered();
            };
            if (number % 3 == 0) {
                end.run();
            } else {
                network.execute(end);
            }
        });
        AtomicInteger accepted = new AtomicInteger();
        List<Future<?>> tasks = new ArrayList<>();
        for (int sender = 0; sender < senders; sender++) {
            SplittableRandom random = new SplittableRandom(sender);
            tasks.add(threads.submit(() -> {
                for (int i = 0; i < messages; i++) {
                    Message message = heartbeat(i);
                    if (raced.offer(message, message.getSerializedSize())) {
                        accepted.incrementAndGet();
                    } else if (random.nextBoolean()) {
                        Thread.yield();
                    }
                }
            }));
        }
        for (Future<?> task : tasks) {
            task.get();
        }

        await().until(() -> account().delivered() == accepted.get());
        threads.shutdownNow();
        network.shutdownNow();
        assertThat(posts.get()).isEqualTo(accepted.get());
        assertThat(raced.status().queuedMessages()).isZero();
        assertThat(mostInFlight.get()).isLessThanOrEqualTo(IN_FLIGHT);
        assertThat(surroundings.metrics.count("sent", Lane.PIPELINE, MessageType.MsgHeartbeat))
                .isEqualTo(accepted.get());
    }

    private Pipeline pipeline(Poster to) {
        return new Pipeline(surroundings.environment().config(), surroundings.scheduler, to, urls, ledger);
    }

    private boolean offer(Message message) {
        return pipeline.offer(message, message.getSerializedSize());
    }

    private LaneStatus account() {
        return ledger.counts(Lane.PIPELINE);
    }

    private List<DropReason> drops() {
        return ledger.drops.stream().map(RecordingLedger.Drop::reason).toList();
    }

    private void assertAccount(long sent, long delivered, long inDoubt) {
        assertThat(account().sent()).as("sent").isEqualTo(sent);
        assertThat(account().delivered()).as("delivered").isEqualTo(delivered);
        assertThat(account().inDoubt()).as("in doubt").isEqualTo(inDoubt);
    }
}
