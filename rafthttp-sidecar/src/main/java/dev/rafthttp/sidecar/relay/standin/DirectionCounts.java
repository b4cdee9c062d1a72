package dev.rafthttp.sidecar.relay.standin;

import dev.rafthttp.raftpb.MessageType;
import java.util.EnumMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/** The account of one direction. Every message that came in went out, was dropped for a reason, or is on its way. Any thread. */
public final class DirectionCounts {
    /** Their numbers go up from 0 without a gap. */
    private static final MessageType[] TYPES = MessageType.values();

    private final LongAdder[] in = adders();
    private final LongAdder[] out = adders();
    private final Map<Drop, LongAdder> dropped = new ConcurrentHashMap<>();
    private final LongAdder inDoubt = new LongAdder();
    private final LongAdder undecodable = new LongAdder();
    private final LongAdder corrupt = new LongAdder();

    private record Drop(MessageType type, String reason) {}

    /** What was counted of one type. */
    public record TypeCounts(long in, long out, Map<String, Long> dropped) {}

    private static LongAdder[] adders() {
        LongAdder[] adders = new LongAdder[TYPES[TYPES.length - 1].getNumber() + 1];
        for (int i = 0; i < adders.length; i++) {
            adders[i] = new LongAdder();
        }
        return adders;
    }

    /** A message came from the sender. */
    void in(MessageType type) {
        in[type.getNumber()].increment();
    }

    /** It was handed on. */
    void out(MessageType type) {
        out[type.getNumber()].increment();
    }

    /** It was given up. */
    void dropped(MessageType type, String reason) {
        dropped.computeIfAbsent(new Drop(type, reason), any -> new LongAdder()).increment();
    }

    /** Messages were handed on to a stream that broke before it was known whether they had arrived. */
    void inDoubt(long messages) {
        inDoubt.add(messages);
    }

    /** A post or the head of a snapshot was no message. */
    void undecodable() {
        undecodable.increment();
    }

    /** A stream ended because its bytes were no frames. */
    void corrupt() {
        corrupt.increment();
    }

    public long inDoubtSum() {
        return inDoubt.sum();
    }

    public long undecodableSum() {
        return undecodable.sum();
    }

    public long corruptSum() {
        return corrupt.sum();
    }

    /** The types of which there was any message. */
    public Map<MessageType, TypeCounts> types() {
        Map<MessageType, Map<String, Long>> drops = new EnumMap<>(MessageType.class);
        dropped.forEach((drop, count) ->
                drops.computeIfAbsent(drop.type(), any -> new TreeMap<>()).put(drop.reason(), count.sum()));
        Map<MessageType, TypeCounts> types = new EnumMap<>(MessageType.class);
        for (MessageType type : TYPES) {
            long arrived = in[type.getNumber()].sum();
            long left = out[type.getNumber()].sum();
            Map<String, Long> lost = drops.getOrDefault(type, Map.of());
            if (arrived > 0 || left > 0 || !lost.isEmpty()) {
                types.put(type, new TypeCounts(arrived, left, lost));
            }
        }
        return types;
    }
}
