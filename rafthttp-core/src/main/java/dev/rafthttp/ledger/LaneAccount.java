package dev.rafthttp.ledger;

import dev.rafthttp.DropReason;
import dev.rafthttp.PeerStatus.LaneFailure;
import dev.rafthttp.PeerStatus.LaneStatus;
import java.time.Instant;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;
import org.jspecify.annotations.Nullable;

/** What became of the messages given to one lane, and how it failed last. Any thread. */
final class LaneAccount {
    private static final DropReason[] REASONS = DropReason.values();

    private final AtomicLong sent = new AtomicLong();
    private final AtomicLong delivered = new AtomicLong();
    private final AtomicLong inDoubt = new AtomicLong();
    private final AtomicLongArray dropped = new AtomicLongArray(REASONS.length);
    private volatile @Nullable LaneFailure lastFailure;

    void sent() {
        sent.incrementAndGet();
    }

    /** As {@link #sent()}, for a lane on which one thread at a time sends. Costs no atomic operation. */
    void sentByTheOnlyWriter() {
        sent.setRelease(sent.getPlain() + 1);
    }

    void delivered(long messages) {
        delivered.addAndGet(messages);
    }

    void inDoubt(long messages) {
        inDoubt.addAndGet(messages);
    }

    void dropped(DropReason reason) {
        dropped.incrementAndGet(reason.ordinal());
    }

    /** A dial or post failed, or a stream ended. */
    void failed(Instant time, Throwable cause) {
        String message = cause.getMessage();
        lastFailure = new LaneFailure(time, message == null ? cause.toString() : message);
    }

    /** Every reason that occurred, with its count. */
    private Map<DropReason, Long> dropped() {
        Map<DropReason, Long> counts = new EnumMap<>(DropReason.class);
        for (DropReason reason : REASONS) {
            long count = dropped.get(reason.ordinal());
            if (count > 0) {
                counts.put(reason, count);
            }
        }
        return Map.copyOf(counts);
    }

    /** The lane at this moment, with what only its owner knows. */
    LaneStatus status(boolean attached, int queuedMessages, long queuedBytes, long roundTripP50, long roundTripP99) {
        // In this order, so that no message is seen as delivered before it is seen as sent.
        long deliveredSoFar = delivered.get();
        long inDoubtSoFar = inDoubt.get();
        return new LaneStatus(
                attached,
                queuedMessages,
                queuedBytes,
                sent.get(),
                deliveredSoFar,
                inDoubtSoFar,
                dropped(),
                roundTripP50,
                roundTripP99,
                Optional.ofNullable(lastFailure));
    }
}
