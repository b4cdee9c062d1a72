package dev.rafthttp.metrics;

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
public final class LaneAccount {
    private static final DropReason[] REASONS = DropReason.values();

    private final AtomicLong sent = new AtomicLong();
    private final AtomicLong delivered = new AtomicLong();
    private final AtomicLong inDoubt = new AtomicLong();
    private final AtomicLongArray dropped = new AtomicLongArray(REASONS.length);
    private volatile @Nullable LaneFailure lastFailure;

    public void sent(long messages) {
        sent.addAndGet(messages);
    }

    public void delivered(long messages) {
        delivered.addAndGet(messages);
    }

    public void inDoubt(long messages) {
        inDoubt.addAndGet(messages);
    }

    public void dropped(DropReason reason) {
        dropped.incrementAndGet(reason.ordinal());
    }

    /** A dial or post failed, or a stream ended. */
    public void failed(Instant time, Throwable cause) {
        String message = cause.getMessage();
        lastFailure = new LaneFailure(time, message == null ? cause.toString() : message);
    }

    public long sent() {
        return sent.get();
    }

    public long delivered() {
        return delivered.get();
    }

    public long inDoubt() {
        return inDoubt.get();
    }

    /** Every reason that occurred, with its count. */
    public Map<DropReason, Long> dropped() {
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
    public LaneStatus status(
            boolean attached, int queuedMessages, long queuedBytes, long roundTripP50, long roundTripP99) {
        return new LaneStatus(
                attached,
                queuedMessages,
                queuedBytes,
                sent(),
                delivered(),
                inDoubt(),
                dropped(),
                roundTripP50,
                roundTripP99,
                Optional.ofNullable(lastFailure));
    }
}
