package dev.rafthttp.codec;

import dev.rafthttp.NoRoomException;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * What all exchanges together may take of the heap while they receive: bodies that are being collected, and messages that are
 * being decoded or that Raft has not taken yet. Thread-safe, without a lock.
 *
 * <p>An exchange takes nothing for its first {@link #FREE_BYTES}, so that heartbeats and small messages neither touch the budget
 * nor are ever refused by it.
 */
public final class MemoryBudget {
    /** What an exchange may take without asking; also how much it asks for at a time. */
    public static final int FREE_BYTES = 64 << 10;

    private final String what;
    private final @Nullable MemoryBudget whole;
    private final long maxBytes;
    private final AtomicLong bytes = new AtomicLong();

    /** @param maxBytes what it may be at the most, beside what is free */
    public MemoryBudget(long maxBytes) {
        this("all that is being received", null, maxBytes);
        DecodedSize.prepare();
    }

    private MemoryBudget(String what, @Nullable MemoryBudget whole, long maxBytes) {
        this.what = what;
        this.whole = whole;
        this.maxBytes = maxBytes;
    }

    /** A budget of its own for what limits itself, such as a tool that decodes one file. */
    public static MemoryBudget unlimited() {
        return new MemoryBudget(Long.MAX_VALUE);
    }

    /**
     * Half of this budget, for one sender or one kind of request, which therefore cannot take the other half from all others.
     *
     * @param whose for the error, such as {@code from peer 8e9e05c52164694d}
     */
    public MemoryBudget share(String whose) {
        return new MemoryBudget(what + " " + whose, this, maxBytes / 2);
    }

    /** Begins the account of one exchange. */
    public Charge open() {
        return new Charge();
    }

    /** What is taken now, in bytes. */
    public long bytes() {
        return bytes.get();
    }

    /** What may be taken, in bytes. */
    public long maxBytes() {
        return maxBytes;
    }

    private void take(long more) {
        long before;
        do {
            before = bytes.get();
            if (more > maxBytes - before) {
                throw new NoRoomException("no room for " + more + " more bytes: " + what + " has " + before
                        + " of at most " + maxBytes + " bytes");
            }
            // Not added first and looked at then: what is refused must not take room from others, not even for a
            // moment.
        } while (!bytes.compareAndSet(before, before + more));
        if (whole != null) {
            try {
                whole.take(more);
            } catch (NoRoomException full) {
                bytes.addAndGet(-more);
                throw full;
            }
        }
    }

    private void giveBack(long less) {
        bytes.addAndGet(-less);
        if (whole != null) {
            whole.giveBack(less);
        }
    }

    @Override
    public String toString() {
        return what + ": " + bytes + " of " + maxBytes + " bytes";
    }

    /** What one exchange takes. One thread at a time takes and gives back; any thread may close. */
    public final class Charge implements AutoCloseable {
        private final AtomicLong taken = new AtomicLong();
        private volatile boolean closed;

        // Written by the thread that takes: what it may use without asking again.
        private long covered = FREE_BYTES;

        private Charge() {}

        /**
         * Takes as much as is needed for a use of {@code total} bytes.
         *
         * @throws NoRoomException if there is not as much; what was taken before stays taken
         */
        public void cover(long total) {
            if (total <= covered) {
                return;
            }
            long more = (total - covered + FREE_BYTES - 1) / FREE_BYTES * FREE_BYTES;
            take(more);
            taken.addAndGet(more);
            covered += more;
            if (closed) {
                // Whoever closed may have looked before it was taken.
                clear();
            }
        }

        /** Gives back all that was taken. */
        public void release() {
            if (covered > FREE_BYTES) {
                covered = FREE_BYTES;
                clear();
            }
        }

        private void clear() {
            giveBack(taken.getAndSet(0));
        }

        /** Gives back all that was taken, and whatever is still going to be. */
        @Override
        public void close() {
            closed = true;
            clear();
        }
    }
}
