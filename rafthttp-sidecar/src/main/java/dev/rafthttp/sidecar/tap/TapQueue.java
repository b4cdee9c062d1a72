package dev.rafthttp.sidecar.tap;

import dev.rafthttp.raftpb.Message;
import dev.rafthttp.sidecar.http.PagedAnswer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The messages that one reader has not been shown yet, bounded in number and in bytes; beyond that they are only counted.
 * Any thread may add; the thread that writes the answer takes.
 */
final class TapQueue implements PagedAnswer.Pages {
    /** As many as pass in a hundredth of a second at full speed: enough for a page, and to see the order of events. */
    static final int MAX_MESSAGES = 4096;

    static final long MAX_BYTES = 4L << 20;

    private final TapFilter filter;
    private final TapLine line;
    private final ArrayDeque<Seen> waiting = new ArrayDeque<>();
    private long bytes;
    private long missed;
    private volatile @Nullable PagedAnswer reader;

    /** A message, or so many that were missed in its place. */
    private record Seen(Instant time, Message message, long missedBefore) {}

    TapQueue(TapFilter filter, TapLine line) {
        this.filter = filter;
        this.line = line;
    }

    /** The answer that is told when messages come. */
    void reader(PagedAnswer answer) {
        reader = answer;
    }

    void saw(Instant time, Message message) {
        if (!filter.shows(message)) {
            return;
        }
        synchronized (this) {
            int size = message.getSerializedSize();
            if (waiting.size() >= MAX_MESSAGES || (bytes + size > MAX_BYTES && !waiting.isEmpty())) {
                missed++;
                return;
            }
            waiting.add(new Seen(time, message, missed));
            bytes += size;
            missed = 0;
        }
        PagedAnswer told = reader;
        if (told != null) {
            told.signal();
        }
    }

    @Override
    public byte[] next() {
        List<Seen> page;
        long missedSince;
        synchronized (this) {
            page = new ArrayList<>(waiting);
            waiting.clear();
            bytes = 0;
            missedSince = missed;
            missed = 0;
        }
        StringBuilder lines = new StringBuilder();
        for (Seen seen : page) {
            appendMissed(lines, seen.missedBefore());
            lines.append(line.of(seen.time(), seen.message())).append('\n');
        }
        appendMissed(lines, missedSince);
        return lines.toString().getBytes(StandardCharsets.UTF_8);
    }

    private void appendMissed(StringBuilder lines, long messages) {
        if (messages > 0) {
            lines.append(line.missed(messages)).append('\n');
        }
    }

    void end() {
        PagedAnswer answer = reader;
        if (answer != null) {
            answer.end();
        }
    }
}
