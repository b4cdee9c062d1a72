package dev.rafthttp.demo.load;

import com.google.protobuf.ByteString;
import dev.rafthttp.demo.kv.KvStore;
import io.microraft.exception.RaftException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One client: it has exactly one write outstanding, and repeats it at the leader until it is acknowledged. That is safe
 * because a put is idempotent and no two writes have the same value, and because no other writer writes to its keys.
 *
 * <p>So it can check the store. The value that a put replaced must be the value that was acknowledged for that key before, or the
 * put's own value, if an earlier attempt was carried out and its answer lost. At the end every key must have the last acknowledged
 * value. Every acknowledged write is checked in this way.
 *
 * <p>Its state goes from completion to completion, one thread at a time; {@link #stop} is thread-safe.
 */
final class Writer {
    private static final Logger LOG = LoggerFactory.getLogger(Writer.class);

    /** Keys of one writer. Few, so that the map stays small however long the demo runs. */
    static final int KEYS = 64;

    private static final int VALUE_BYTES = 64;
    private static final int RETRY_MILLIS_MIN = 10;
    private static final int RETRY_MILLIS_MAX = 30;

    private final int number;
    private final Supplier<Optional<KvStore>> leader;
    private final WriteStats stats;
    private final ScheduledExecutorService timer;
    private final SplittableRandom random;
    private final CompletableFuture<Void> done = new CompletableFuture<>();
    private final List<String> keys = new ArrayList<>();
    /** The last acknowledged value by key. */
    private final Map<String, ByteString> acknowledged = new HashMap<>();

    private long sequence;
    private volatile boolean stopping;

    /** A write from its first attempt to its acknowledgement. */
    private record Write(String key, ByteString value, long startNanos, boolean repeated) {
        Write again() {
            return new Write(key, value, startNanos, true);
        }
    }

    /** @param leader the member that leads now, as far as is known */
    Writer(
            int number,
            Supplier<Optional<KvStore>> leader,
            WriteStats stats,
            ScheduledExecutorService timer,
            SplittableRandom random) {
        this.number = number;
        this.leader = leader;
        this.stats = stats;
        this.timer = timer;
        this.random = random;
        for (int key = 0; key < KEYS; key++) {
            keys.add("writer-" + number + "/" + key);
        }
    }

    /** Begins to write. */
    void start() {
        next();
    }

    /** Begins no further write; the outstanding one may end. */
    void stop() {
        stopping = true;
    }

    /** Completes after {@link #stop}, when nothing is outstanding; exceptionally if the writer cannot go on. */
    CompletableFuture<Void> done() {
        return done;
    }

    /** Which acknowledged writes a map lacks. Only after {@link #done}. */
    List<String> missingFrom(Map<String, ByteString> entries) {
        List<String> missing = new ArrayList<>();
        for (String key : keys) {
            Optional<ByteString> expected = Optional.ofNullable(acknowledged.get(key));
            Optional<ByteString> actual = Optional.ofNullable(entries.get(key));
            if (!actual.equals(expected)) {
                missing.add("key " + key + " has " + told(actual) + ", acknowledged was " + told(expected));
            }
        }
        return missing;
    }

    private void next() {
        if (stopping) {
            done.complete(null);
            return;
        }
        String key = keys.get((int) (sequence % KEYS));
        ByteString value = newValue();
        sequence++;
        attempt(new Write(key, value, System.nanoTime(), false));
    }

    private void attempt(Write write) {
        Optional<KvStore> store = leader.get();
        if (store.isEmpty()) {
            later(write);
            return;
        }
        store.get()
                .put(write.key, write.value)
                .handle((replaced, failure) -> {
                    if (failure == null) {
                        acknowledged(write, replaced);
                    } else {
                        failed(write, failure);
                    }
                    return null;
                })
                .exceptionally(bug -> {
                    giveUp(bug);
                    return null;
                });
    }

    private void acknowledged(Write write, Optional<ByteString> replaced) {
        stats.acknowledged(write.startNanos, System.nanoTime());
        check(write, replaced);
        acknowledged.put(write.key, write.value);
        next();
    }

    private void failed(Write write, Throwable failure) {
        if (isTransient(failure)) {
            stats.retried();
            later(write.again());
        } else {
            giveUp(failure);
        }
    }

    private void giveUp(Throwable failure) {
        LOG.error("writer {} cannot go on", number, failure);
        done.completeExceptionally(failure);
    }

    private void later(Write write) {
        try {
            timer.schedule(
                    () -> attempt(write), random.nextInt(RETRY_MILLIS_MIN, RETRY_MILLIS_MAX), TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException over) {
            done.completeExceptionally(over);
        }
    }

    private void check(Write write, Optional<ByteString> replaced) {
        Optional<ByteString> before = Optional.ofNullable(acknowledged.get(write.key));
        boolean kept = replaced.equals(before) || (write.repeated && replaced.equals(Optional.of(write.value)));
        if (!kept) {
            stats.violated("key " + write.key + " had " + told(replaced) + " when " + told(Optional.of(write.value))
                    + " was written, acknowledged was " + told(before));
        }
    }

    /**
     * Whether trying again helps: not the leader (any more), a full log, an unknown outcome, or a member that is being
     * closed.
     */
    private static boolean isTransient(Throwable failure) {
        Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
        return cause instanceof RaftException
                || cause instanceof RejectedExecutionException
                || cause instanceof IllegalStateException;
    }

    private ByteString newValue() {
        StringBuilder value = new StringBuilder(VALUE_BYTES);
        value.append(number).append('.').append(sequence).append('.');
        while (value.length() < VALUE_BYTES) {
            value.append((char) random.nextInt('a', 'z' + 1));
        }
        return ByteString.copyFromUtf8(value.toString());
    }

    private static String told(Optional<ByteString> value) {
        return value.map(ByteString::toStringUtf8).orElse("nothing");
    }
}
