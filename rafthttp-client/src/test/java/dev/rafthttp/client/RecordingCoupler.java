package dev.rafthttp.client;

import dev.rafthttp.MemberId;
import dev.rafthttp.RaftTransportException;
import dev.rafthttp.StreamType;
import dev.rafthttp.coupling.StreamCoupler;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** A coupler that notes what it is told, and says when to dial. Any thread. */
final class RecordingCoupler implements StreamCoupler {
    private final List<String> events = new CopyOnWriteArrayList<>();
    private final List<Throwable> causes = new CopyOnWriteArrayList<>();
    private volatile Runnable onClosed = () -> {};

    /** Does this, on the thread that tells it, when a stream is over. */
    void onClosed(Runnable what) {
        onClosed = what;
    }

    @Override
    public boolean dialsByItself(MemberId peer, StreamType type) {
        return false;
    }

    @Override
    public void opened(MemberId peer, StreamType type, Direction direction) {
        events.add("opened " + type.label() + " " + direction);
    }

    @Override
    public void closed(MemberId peer, StreamType type, Direction direction, Throwable cause) {
        causes.add(cause);
        events.add("closed " + type.label() + " " + direction);
        onClosed.run();
    }

    @Override
    public void refused(MemberId peer, StreamType type, RaftTransportException cause) {
        causes.add(cause);
        events.add("refused " + type.label());
    }

    /** What it was told, in order. */
    List<String> events() {
        return events;
    }

    /** Why streams were closed or refused, in order. */
    List<Throwable> causes() {
        return causes;
    }
}
