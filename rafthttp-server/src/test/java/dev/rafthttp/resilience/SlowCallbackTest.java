package dev.rafthttp.resilience;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import dev.rafthttp.DropReason;
import dev.rafthttp.Lane;
import dev.rafthttp.PeerStatus.LaneStatus;
import dev.rafthttp.raftpb.Entry;
import dev.rafthttp.raftpb.Message;
import dev.rafthttp.raftpb.MessageType;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** Raft blocks on a MsgApp for twice the stream timeout, while the other lane goes on. */
class SlowCallbackTest {
    private static final Duration BLOCKED = Duration.ofSeconds(3);
    private static final int DATA_BYTES = 16 << 10;
    private static final int MSG_APPS = 6_000;

    private final AtomicLong msgApps = new AtomicLong();
    private final AtomicLong heartbeats = new AtomicLong();

    @Test
    void shouldHoldTheSenderBackAndDropNothingOnTheWayInWhenRaftTakesNothing() {
        try (TestMember receiver = new TestMember(2, this::receive);
                TestMember sender = new TestMember(1, (lane, message) -> {})) {
            receiver.room.holdWhen(message -> message.getType() == MessageType.MsgApp);
            receiver.addPeer(sender, sender.url());
            sender.addPeer(receiver, receiver.url());
            await().until(() ->
                    sender.isAttached(receiver.id(), Lane.MSGAPP) && sender.isAttached(receiver.id(), Lane.MESSAGE));

            ByteString data = ByteString.copyFrom(new byte[DATA_BYTES]);
            for (long index = 1; index <= MSG_APPS; index++) {
                sender.transport().send(msgApp(index, data));
            }
            long start = System.nanoTime();
            AtomicLong sentHeartbeats = new AtomicLong();
            await().pollDelay(Duration.ZERO)
                    .pollInterval(Duration.ofMillis(50))
                    .atMost(Duration.ofSeconds(20))
                    .until(() -> {
                        LaneStatus lane = lane(sender, receiver, Lane.MSGAPP);
                        assertThat(lane.queuedMessages()).isLessThanOrEqualTo(4_096);
                        assertThat(lane.queuedBytes()).isLessThanOrEqualTo(64L << 20);
                        assertThat(lane.attached()).as("slow is not dead").isTrue();
                        // Every heartbeat that was sent arrives before the next, though Raft takes none of the other
                        // lane.
                        boolean arrived = heartbeats.get() == sentHeartbeats.get();
                        if (arrived) {
                            sentHeartbeats.incrementAndGet();
                            sender.transport().send(TestMember.message(MessageType.MsgHeartbeat, 1, 2, 0));
                        }
                        return arrived && System.nanoTime() - start > BLOCKED.toNanos();
                    });
            assertThat(msgApps).as("Raft has not taken the first").hasValue(0);
            assertThat(heartbeats.get()).as("at one every 50 ms or more").isGreaterThan(5);

            receiver.room.release();
            LaneStatus lane = lane(sender, receiver, Lane.MSGAPP);
            long refused = lane.dropped().getOrDefault(DropReason.QUEUE_FULL, 0L);
            await().atMost(30, TimeUnit.SECONDS)
                    .untilAsserted(() -> assertThat(msgApps.get()).isEqualTo(MSG_APPS - refused));
            assertThat(refused).as("the queue was too small for all").isPositive();
            assertThat(lane(sender, receiver, Lane.MSGAPP).inDoubt()).isZero();
        }
    }

    private static LaneStatus lane(TestMember sender, TestMember receiver, Lane lane) {
        LaneStatus status = sender.statusOf(receiver.id()).lanes().get(lane);
        assertThat(status).isNotNull();
        return status;
    }

    private static Message msgApp(long index, ByteString data) {
        return TestMember.message(MessageType.MsgApp, 1, 2, index).toBuilder()
                .setLogTerm(1)
                .addEntries(Entry.newBuilder().setTerm(1).setIndex(index + 1).setData(data))
                .build();
    }

    private void receive(Lane lane, Message message) {
        if (message.getType() == MessageType.MsgApp) {
            msgApps.incrementAndGet();
        } else {
            heartbeats.incrementAndGet();
        }
    }
}
