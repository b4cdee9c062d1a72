package dev.rafthttp.sidecarclient;

import dev.rafthttp.raftpb.Message;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/**
 * Messages that wait to be written to one connection, bounded in number and in bytes. Any thread offers; one thread takes. Guarded by
 * its own lock.
 */
final class OutgoingQueue {
    /** As many as in the sidecar's own queues: far more than Raft has under way to its peers. */
    static final int MAX_MESSAGES = 4096;

    static final long MAX_BYTES = 64L << 20;

    private final ArrayDeque<Message> waiting = new ArrayDeque<>();
    private long bytes;
    private boolean closed;

    /** What happens to a message. */
    enum Fate {
        TAKEN,
        FULL,
        CLOSED
    }

    /** Adds a message, if there is room. A message above the bound in bytes has room if no other message waits. */
    synchronized Fate offer(Message message) {
        if (closed) {
            return Fate.CLOSED;
        }
        int size = message.getSerializedSize();
        if (!waiting.isEmpty() && (waiting.size() >= MAX_MESSAGES || bytes + size > MAX_BYTES)) {
            return Fate.FULL;
        }
        waiting.add(message);
        bytes += size;
        notifyAll();
        return Fate.TAKEN;
    }

    /** Waits for messages, and takes up to some bytes of them, oldest first; empty once the queue is closed. */
    synchronized List<Message> take(int room) throws InterruptedException {
        while (!closed && waiting.isEmpty()) {
            wait();
        }
        List<Message> some = new ArrayList<>();
        for (int left = room; left > 0 && !waiting.isEmpty(); ) {
            Message message = waiting.remove();
            int size = message.getSerializedSize();
            bytes -= size;
            left -= size + Long.BYTES;
            some.add(message);
        }
        return some;
    }

    /** Takes no further messages, and drops those that wait; returns their number. */
    synchronized int close() {
        int forgotten = waiting.size();
        waiting.clear();
        bytes = 0;
        closed = true;
        notifyAll();
        return forgotten;
    }
}
