package dev.rafthttp.peer;

import dev.rafthttp.DropReason;
import dev.rafthttp.Lane;
import dev.rafthttp.MemberId;
import dev.rafthttp.metrics.PeerMetrics;
import dev.rafthttp.metrics.TransportMetrics;
import dev.rafthttp.raftpb.MessageType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Counts every call of the metrics SPI by its name and arguments, of all peers together, and keeps the round trips. Any
 * thread.
 */
public final class RecordingMetrics implements TransportMetrics, PeerMetrics {
    private final Map<List<Object>, Long> counts = new ConcurrentHashMap<>();
    private final List<Long> roundTrips = new ArrayList<>();

    /**
     * How often the SPI was called so; for {@code inDoubt} the sum of messages.
     *
     * @param call the method's name and its lane, type or reason, without sizes and times
     */
    public long count(Object... call) {
        return counts.getOrDefault(List.of(call), 0L);
    }

    /** The round trips, in nanoseconds. */
    public synchronized List<Long> roundTrips() {
        return List.copyOf(roundTrips);
    }

    private void add(long amount, Object... call) {
        counts.merge(Arrays.asList(call), amount, Long::sum);
    }

    @Override
    public PeerMetrics forPeer(MemberId id) {
        return this;
    }

    @Override
    public void sent(Lane lane, MessageType type, int bytes) {
        add(1, "sent", lane, type);
    }

    @Override
    public void received(Lane lane, MessageType type, int bytes) {
        add(1, "received", lane, type);
    }

    @Override
    public void dropped(Lane lane, MessageType type, DropReason reason) {
        add(1, "dropped", lane, type, reason);
    }

    @Override
    public void inDoubt(Lane lane, long messages) {
        add(messages, "inDoubt", lane);
    }

    @Override
    public void processFailed(Lane lane, MessageType type) {
        add(1, "processFailed", lane, type);
    }

    @Override
    public void attached(Lane lane) {
        add(1, "attached", lane);
    }

    @Override
    public void detached(Lane lane) {
        add(1, "detached", lane);
    }

    @Override
    public void corrupt(Lane lane) {
        add(1, "corrupt", lane);
    }

    @Override
    public void active(boolean active) {
        add(1, "active", active);
    }

    @Override
    public void unreachable() {
        add(1, "unreachable");
    }

    @Override
    public synchronized void roundTrip(Lane lane, long nanos) {
        add(1, "roundTrip", lane);
        roundTrips.add(nanos);
    }
}
