package dev.rafthttp.resilience;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import dev.rafthttp.Dialect;
import dev.rafthttp.Lane;
import dev.rafthttp.PeerStatus;
import dev.rafthttp.raftpb.Entry;
import dev.rafthttp.raftpb.Message;
import dev.rafthttp.raftpb.MessageType;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Connections are cut again and again while messages flow on both lanes. */
class BrokenStreamTest {
    private static final long SEED = 20261124;
    private static final int CUTS = 200;

    /** Fewer, since a stream of etcd's dialect is dialled again after 100 ms rather than 50. */
    private static final int ETCD_CUTS = 60;

    private static final int MAX_MESSAGES_A_CUT = 3_000;
    private static final long SENDER = 1;
    private static final long RECEIVER = 2;

    private final List<String> wrong = Collections.synchronizedList(new ArrayList<>());
    /** By lane and class: on the message lane, urgent messages may overtake MsgApp that fell back. */
    private final Map<String, Long> last = new ConcurrentHashMap<>();

    private final Set<Long> seen = Collections.synchronizedSet(new HashSet<>());
    private final AtomicLong received = new AtomicLong();
    private final AtomicLong lastReceivedNanos = new AtomicLong();

    @ParameterizedTest
    @EnumSource
    void shouldNeitherRepeatNorReorderNorAlterNorLoseCountWhenStreamsAreCut(Dialect dialect)
            throws InterruptedException {
        Random random = new Random(SEED);
        boolean isPush = dialect == Dialect.PUSH;
        int cuts = isPush ? CUTS : ETCD_CUTS;
        try (TestMember receiver = new TestMember(RECEIVER, this::receive, builder -> builder.peerDialect(dialect));
                TestMember sender =
                        new TestMember(SENDER, (lane, message) -> {}, builder -> builder.peerDialect(dialect));
                // Between the member that dials and the one that is dialled.
                TcpLink link = new TcpLink(isPush ? receiver.url() : sender.url())) {
            receiver.addPeer(sender, isPush ? sender.url() : link.url());
            sender.addPeer(receiver, isPush ? link.url() : receiver.url());
            await().atMost(10, TimeUnit.SECONDS)
                    .until(() -> sender.isAttached(receiver.id(), Lane.MSGAPP)
                            && sender.isAttached(receiver.id(), Lane.MESSAGE));

            AtomicBoolean stop = new AtomicBoolean();
            AtomicLong sent = new AtomicLong();
            Thread producer = new Thread(() -> produce(sender, stop, sent), "producer");
            producer.setUncaughtExceptionHandler((thread, thrown) -> wrong.add("send threw " + thrown));
            producer.start();
            List<Long> pausesNanos = new ArrayList<>();
            for (int cut = 0; cut < cuts; cut++) {
                long until = received.get() + 1 + random.nextInt(MAX_MESSAGES_A_CUT);
                awaitReceived(until);
                long cutNanos = System.nanoTime();
                link.cut();
                // What was in buffers arrives at once; a pause after that is what the cut cost.
                await().pollInterval(1, TimeUnit.MILLISECONDS)
                        .atMost(30, TimeUnit.SECONDS)
                        .until(() -> lastReceivedNanos.get() - cutNanos > TimeUnit.MILLISECONDS.toNanos(20));
                pausesNanos.add(lastReceivedNanos.get() - cutNanos);
            }
            stop.set(true);
            producer.join();
            await().atMost(30, TimeUnit.SECONDS)
                    .untilAsserted(() -> assertThat(onTheWay(sender, receiver, sent.get()))
                            .as(() -> "on the way, of " + sent + ": "
                                    + sender.statusOf(receiver.id()).lanes())
                            .isZero());

            Collections.sort(pausesNanos);
            System.out.printf(
                    "%s dialect, %d cuts, seed %d: %d messages sent, %d received, %s; traffic back after median %d ms, longest %d ms%n",
                    dialect.label(),
                    cuts,
                    SEED,
                    sent.get(),
                    received.get(),
                    account(sender, receiver),
                    TimeUnit.NANOSECONDS.toMillis(pausesNanos.get(cuts / 2)),
                    TimeUnit.NANOSECONDS.toMillis(pausesNanos.get(cuts - 1)));
            assertThat(wrong).as("seed " + SEED).isEmpty();
            Account account = account(sender, receiver);
            assertThat(account.inDoubt + account.dropped)
                    .as("cuts that cost nothing cut nothing")
                    .isPositive();
            assertThat(account.carried + account.inDoubt + account.dropped).isEqualTo(sent.get());
            assertThat(received.get()).isBetween(isPush ? account.carried : cuts, account.carried + account.inDoubt);
        }
    }

    private void awaitReceived(long count) {
        await().pollInterval(1, TimeUnit.MILLISECONDS)
                .atMost(30, TimeUnit.SECONDS)
                .until(() -> received.get() >= count);
    }

    /** MsgApp and MsgHeartbeatResp in turn, each with a number of its own; a few thousand may be on the way. */
    private void produce(TestMember sender, AtomicBoolean stop, AtomicLong sent) {
        while (!stop.get()) {
            long number = sent.incrementAndGet();
            sender.transport().send(number % 2 == 0 ? msgApp(number) : heartbeatResponse(number));
            if (number % 64 == 0) {
                LockSupport.parkNanos(500_000);
            }
        }
    }

    private static Message msgApp(long number) {
        return TestMember.message(MessageType.MsgApp, SENDER, RECEIVER, number).toBuilder()
                .setLogTerm(1)
                .addEntries(Entry.newBuilder().setTerm(1).setIndex(number + 1).setData(dataOf(number)))
                .build();
    }

    private static Message heartbeatResponse(long number) {
        return TestMember.message(MessageType.MsgHeartbeatResp, SENDER, RECEIVER, number).toBuilder()
                .setContext(dataOf(number))
                .build();
    }

    /** Bytes that only this message has. */
    private static ByteString dataOf(long number) {
        byte[] data = new byte[128];
        new Random(number).nextBytes(data);
        return ByteString.copyFrom(data);
    }

    private void receive(Lane lane, Message message) {
        long number = message.getIndex();
        if (!message.equals(number % 2 == 0 ? msgApp(number) : heartbeatResponse(number))) {
            wrong.add("altered: " + message);
        }
        if (!seen.add(number)) {
            wrong.add("repeated on " + lane + ": " + number);
        }
        Long before = last.put(lane + " " + message.getType(), number);
        // Posts may overtake each other; frames of one lane must not, whatever stream they came on.
        if (lane != Lane.PIPELINE && before != null && before >= number) {
            wrong.add("reordered on " + lane + ": " + number + " after " + before);
        }
        received.incrementAndGet();
        lastReceivedNanos.set(System.nanoTime());
    }

    /** @param carried messages that were delivered or, in etcd's dialect, where nothing is acknowledged, written to a stream */
    private record Account(long carried, long inDoubt, long dropped) {}

    private static Account account(TestMember sender, TestMember receiver) {
        boolean isPush = sender.statusOf(receiver.id()).dialect() == Dialect.PUSH;
        long carried = 0;
        long inDoubt = 0;
        long dropped = 0;
        for (Map.Entry<Lane, PeerStatus.LaneStatus> each :
                sender.statusOf(receiver.id()).lanes().entrySet()) {
            PeerStatus.LaneStatus lane = each.getValue();
            carried += isPush || each.getKey() == Lane.PIPELINE ? lane.delivered() : lane.sent() - lane.inDoubt();
            inDoubt += lane.inDoubt();
            dropped +=
                    lane.dropped().values().stream().mapToLong(Long::longValue).sum();
        }
        return new Account(carried, inDoubt, dropped);
    }

    private static long onTheWay(TestMember sender, TestMember receiver, long sent) {
        Account account = account(sender, receiver);
        return sent - account.carried - account.inDoubt - account.dropped;
    }
}
