package dev.rafthttp.peer;

import dev.rafthttp.StreamType;
import dev.rafthttp.coupling.StreamCoupler.Direction;
import dev.rafthttp.runtime.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.BiPredicate;
import org.jspecify.annotations.Nullable;

/**
 * Notices that two processes say that they are the same peer, and lets one of them live.
 *
 * <p>A newer stream replaces an older one, so that a member that restarts gets in at once. By that rule alone, two processes would
 * take each other's streams away for ever. What gives them away is that streams are replaced again and again while they are
 * open: the operating system closes those of a process that has ended. Then the peer is contested. The process whose stream is
 * open keeps it and gets the others; the other process is refused for as long as one of them is open. When nobody has been
 * refused for a while, the first rule holds again.
 *
 * <p>A process is known by the instance that its transport names. One that names none, such as etcd, is known by its host and by the
 * URLs that it announces, since each of its connections has another port. Two such processes on one host, or behind one address, that
 * announce the same URLs are told apart by stream only: each may keep some.
 *
 * <p>A peer without an instance whose end of a stream is closed by something between, again and again, looks the same. It gets in when
 * its older stream has been silent for its time.
 *
 * <p>Any thread. Guarded by its own lock, taken when a peer asks for a stream, or posts while it is contested.
 */
final class Contest {
    /** More than what a member leaves open that is cut off and comes back twice, on both lanes. */
    static final int MAX_REPLACED = 5;

    static final long WINDOW_NANOS = TimeUnit.SECONDS.toNanos(10);

    private final Clock clock;
    private final BiPredicate<StreamType, Direction> isOpen;
    private final Map<Slot, StreamOrigin> holders = new HashMap<>();
    private int replaced;
    private long windowStartNanos;
    private volatile boolean contested;
    private long lastRefusalNanos;

    /** Where a peer has one stream at a time. */
    record Slot(StreamType type, Direction direction) {}

    /**
     * What becomes of a stream that is asked for.
     *
     * @param rival who has the peer's streams, so that this one is refused; empty if it may be opened
     * @param losers the streams of the other process, to be closed
     */
    record Decision(Optional<StreamOrigin> rival, List<Slot> losers) {}

    /** @param isOpen whether there is a stream now */
    Contest(Clock clock, BiPredicate<StreamType, Direction> isOpen) {
        this.clock = clock;
        this.isOpen = isOpen;
        this.windowStartNanos = clock.nanoTime();
    }

    /** Decides about a stream that is about to be opened, in place of the one that is open. */
    synchronized Decision decide(StreamType type, Direction direction, StreamOrigin origin) {
        long now = clock.nanoTime();
        holders.keySet().removeIf(slot -> !isOpen.test(slot.type, slot.direction));
        Slot slot = new Slot(type, direction);
        StreamOrigin present = holders.get(slot);
        List<Slot> losers = List.of();
        if (contested && now - lastRefusalNanos > WINDOW_NANOS) {
            contested = false;
            startWindow(now);
        }
        if (present != null && !present.isSameProcessAs(origin) && !contested) {
            if (now - windowStartNanos > WINDOW_NANOS) {
                startWindow(now);
            }
            contested = ++replaced > MAX_REPLACED;
            losers = contested ? takeFromOthersThan(present) : losers;
        }
        StreamOrigin rival = contested ? rivalOf(origin, present) : null;
        if (rival == null) {
            holders.put(slot, origin);
        } else {
            lastRefusalNanos = now;
        }
        return new Decision(Optional.ofNullable(rival), losers);
    }

    private void startWindow(long now) {
        windowStartNanos = now;
        replaced = 0;
    }

    private List<Slot> takeFromOthersThan(StreamOrigin winner) {
        List<Slot> losers = new ArrayList<>();
        holders.forEach((slot, holder) -> {
            if (!holder.maySameProcessAs(winner)) {
                losers.add(slot);
            }
        });
        losers.forEach(holders::remove);
        return losers;
    }

    /**
     * Decides about a post.
     *
     * @return the other process, which has the peer's streams, so that the post is refused
     */
    Optional<StreamOrigin> rivalOfPost(StreamOrigin origin) {
        return contested ? openRivalOf(origin) : Optional.empty();
    }

    private synchronized Optional<StreamOrigin> openRivalOf(StreamOrigin origin) {
        if (!contested || clock.nanoTime() - lastRefusalNanos > WINDOW_NANOS) {
            return Optional.empty();
        }
        holders.keySet().removeIf(slot -> !isOpen.test(slot.type, slot.direction));
        return Optional.ofNullable(rivalOf(origin, null));
    }

    private @Nullable StreamOrigin rivalOf(StreamOrigin origin, @Nullable StreamOrigin present) {
        if (present != null && !present.isSameProcessAs(origin)) {
            return present;
        }
        for (StreamOrigin holder : holders.values()) {
            if (!holder.maySameProcessAs(origin)) {
                return holder;
            }
        }
        return null;
    }

    @Override
    public synchronized String toString() {
        return (contested ? "contested: " : "not contested: ") + holders;
    }
}
