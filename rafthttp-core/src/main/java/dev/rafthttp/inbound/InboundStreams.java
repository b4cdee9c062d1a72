package dev.rafthttp.inbound;

import dev.rafthttp.Lane;
import dev.rafthttp.PeerUnreachableException;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** The streams that a peer writes: on each lane the one that is open now, and the turn that all of them share. Any thread. */
public final class InboundStreams {
    private final Map<Lane, Inbound> lanes = Map.of(Lane.MSGAPP, new Inbound(), Lane.MESSAGE, new Inbound());

    private static final class Inbound {
        private final AtomicReference<@Nullable StreamReceiver> open = new AtomicReference<>();
        private final Turn turn = new Turn();
    }

    /** Whose turn it is to give Raft messages of a lane. */
    Turn turn(Lane lane) {
        return inbound(lane).turn;
    }

    /** Takes a new stream in place of the one that its lane had, which is closed. */
    public void opened(StreamReceiver receiver) {
        StreamReceiver old = inbound(receiver.lane()).open.getAndSet(receiver);
        if (old != null) {
            old.close(new PeerUnreachableException("replaced by a newer stream of the same kind"));
        }
    }

    /** Forgets a stream that is over. */
    void closed(StreamReceiver receiver) {
        inbound(receiver.lane()).open.compareAndSet(receiver, null);
    }

    public boolean isOpen(Lane lane) {
        return inbound(lane).open.get() != null;
    }

    /** Closes the stream of a lane, if there is one. */
    public void close(Lane lane, Throwable cause) {
        StreamReceiver receiver = inbound(lane).open.get();
        if (receiver != null) {
            receiver.close(cause);
        }
    }

    /** Closes all. */
    public void close(Throwable cause) {
        lanes.keySet().forEach(lane -> close(lane, cause));
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

    private Inbound inbound(Lane lane) {
        Inbound inbound = lanes.get(lane);
        if (inbound == null) {
            throw new IllegalArgumentException("the pipeline has no stream");
        }
        return inbound;
    }
}
