package dev.rafthttp.sidecar.relay.standin;

import dev.rafthttp.DropReason;
import dev.rafthttp.Lane;
import dev.rafthttp.MemberId;
import dev.rafthttp.metrics.PeerMetrics;
import dev.rafthttp.metrics.TransportMetrics;
import dev.rafthttp.raftpb.MessageType;
import dev.rafthttp.sidecar.tap.Tap;
import java.util.Comparator;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Counts what has passed the relay, by direction: on streams, as the transports report, and in posts. Messages between members that
 * are or were configured are counted by direction, and all others together. Any thread.
 */
public final class Traffic {
    private static final Comparator<Direction> BY_IDS =
            Comparator.comparing(Direction::from).thenComparing(Direction::to);

    private final Set<MemberId> known = ConcurrentHashMap.newKeySet();
    private final Map<Direction, DirectionCounts> directions = new ConcurrentHashMap<>();
    private final DirectionCounts others = new DirectionCounts();
    private final Tap tap = new Tap();

    /** Shows the messages to its readers. */
    public Tap tap() {
        return tap;
    }

    /** From now on a member's messages are counted by themselves. */
    public void know(MemberId member) {
        known.add(member);
    }

    /** Whether a member is or was one of the cluster. */
    boolean isKnown(MemberId member) {
        return known.contains(member);
    }

    public DirectionCounts of(MemberId from, MemberId to) {
        return isKnown(from) && isKnown(to)
                ? directions.computeIfAbsent(new Direction(from, to), any -> new DirectionCounts())
                : others;
    }

    /** All directions in which there was anything, in the order of their IDs. */
    public Map<Direction, DirectionCounts> directions() {
        Map<Direction, DirectionCounts> sorted = new TreeMap<>(BY_IDS);
        sorted.putAll(directions);
        return sorted;
    }

    /** What was between no two members. */
    public DirectionCounts others() {
        return others;
    }

    /** The streams of the transport that stands for a member. */
    TransportMetrics streamsOf(MemberId standsFor) {
        return peer -> new StreamCounts(of(peer, standsFor), of(standsFor, peer));
    }

    private record StreamCounts(DirectionCounts in, DirectionCounts out) implements PeerMetrics {
        /** Reasons for which a message that came is given up before the callback has it, and it counts as received. */
        private static final Set<DropReason> BEFORE_THE_CALLBACK = Set.of(
                DropReason.PROPOSALS_FULL,
                DropReason.TO_MISMATCH,
                DropReason.FROM_MISMATCH,
                DropReason.FROM_REMOVED,
                DropReason.LOCAL_TYPE,
                DropReason.WRONG_LANE,
                DropReason.EMPTY);

        @Override
        public void received(Lane lane, MessageType type, int bytes) {
            in.in(type);
        }

        @Override
        public void sent(Lane lane, MessageType type, int bytes) {
            out.out(type);
        }

        @Override
        public void dropped(Lane lane, MessageType type, DropReason reason) {
            if (BEFORE_THE_CALLBACK.contains(reason)) {
                in.in(type);
                in.dropped(type, reason.label());
            } else {
                out.dropped(type, reason.label());
            }
        }

        @Override
        public void inDoubt(Lane lane, long messages) {
            out.inDoubt(messages);
        }

        @Override
        public void corrupt(Lane lane) {
            in.corrupt();
        }
    }
}
