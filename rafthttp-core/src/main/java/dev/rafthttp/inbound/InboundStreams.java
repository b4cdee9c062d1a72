package dev.rafthttp.inbound;

import dev.rafthttp.PeerUnreachableException;
import dev.rafthttp.StreamType;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** The streams that a peer writes: on each lane the one that is open now, and the turn that all of them share. Any thread. */
public final class InboundStreams {
    private final Map<StreamType, Inbound> lanes =
            Map.of(StreamType.MSGAPP, new Inbound(), StreamType.MESSAGE, new Inbound());

    private static final class Inbound {
        private final AtomicReference<@Nullable StreamReceiver> open = new AtomicReference<>();
        private final Turn turn = new Turn();
    }

    /** Whose turn it is to give Raft messages of a lane. */
    Turn turn(StreamType type) {
        return inbound(type).turn;
    }

    /** Takes a new stream in place of the one that its lane had, which is closed. */
    public void opened(StreamReceiver receiver) {
        StreamReceiver old = inbound(receiver.type()).open.getAndSet(receiver);
        if (old != null) {
            old.close(new PeerUnreachableException("replaced by a newer stream of the same kind"));
        }
    }

    /** Forgets a stream that is over. */
    void closed(StreamReceiver receiver) {
        inbound(receiver.type()).open.compareAndSet(receiver, null);
    }

    public boolean isOpen(StreamType type) {
        return inbound(type).open.get() != null;
    }

    /** Closes the stream of a lane, if there is one. */
    public void close(StreamType type, Throwable cause) {
        StreamReceiver receiver = inbound(type).open.get();
        if (receiver != null) {
            receiver.close(cause);
        }
    }

    /** Closes all. */
    public void close(Throwable cause) {
        lanes.keySet().forEach(type -> close(type, cause));
    }

    /** To be called a few times in the shortest silence: closes the streams that have been silent for too long. */
    public void tick(long nowNanos) {
        for (Inbound inbound : lanes.values()) {
            StreamReceiver receiver = inbound.open.get();
            if (receiver != null) {
                receiver.tick(nowNanos);
            }
        }
    }

    @Override
    public String toString() {
        return "streams from the peer: "
                + lanes.values().stream()
                        .map(each -> each.open.get())
                        .filter(Objects::nonNull)
                        .toList();
    }

    private Inbound inbound(StreamType type) {
        return Objects.requireNonNull(lanes.get(type));
    }
}
