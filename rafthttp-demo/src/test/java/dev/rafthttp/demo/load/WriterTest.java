package dev.rafthttp.demo.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import dev.rafthttp.demo.kv.KvStore;
import dev.rafthttp.fixture.LogLines;
import dev.rafthttp.microraft.MemberEndpoint;
import io.microraft.exception.CannotReplicateException;
import io.microraft.exception.IndeterminateStateException;
import io.microraft.exception.NotLeaderException;
import java.util.ArrayDeque;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class WriterTest {
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
    private final ScriptedStore store = new ScriptedStore();
    private final WriteStats stats = new WriteStats();
    private final Writer writer = new Writer(7, () -> Optional.of(store), stats, timer, new SplittableRandom(1));

    @AfterEach
    void stop() {
        store.thread.shutdownNow();
        timer.shutdownNow();
    }

    @Test
    void shouldFindEveryWriteWhenTheStoreKeepsThem() {
        run(5 * Writer.KEYS);

        assertThat(writer.missingFrom(store.entries)).isEmpty();
        assertThat(stats.acknowledgedCount()).isEqualTo(store.puts);
        assertThat(stats.violations()).isEmpty();
        assertThat(store.entries).hasSize(Writer.KEYS);
    }

    @Test
    void shouldTryAgainWhenAFailureIsTransient() {
        store.failures.add(new NotLeaderException(MemberEndpoint.of(1), null));
        store.failures.add(new CannotReplicateException(null));
        store.failures.add(new RejectedExecutionException());
        store.failures.add(new IllegalStateException("not running"));

        run(Writer.KEYS);

        assertThat(stats.retryCount()).isEqualTo(4);
        assertThat(stats.violations()).isEmpty();
        assertThat(writer.missingFrom(store.entries)).isEmpty();
    }

    @Test
    void shouldAcceptItsOwnValueWhenAnUnheardAttemptWasCommitted() {
        store.committingFailures.add(new IndeterminateStateException());

        run(2 * Writer.KEYS);

        assertThat(stats.retryCount()).isEqualTo(1);
        assertThat(stats.violations()).isEmpty();
    }

    @Test
    void shouldTellWhenAnAcknowledgedWriteWasLostAndWrittenOver() {
        store.losing = 3;

        run(2 * Writer.KEYS);

        assertThat(stats.violations()).singleElement().asString().contains("key writer-7/2", "had nothing");
    }

    @Test
    void shouldTellWhenAnAcknowledgedWriteIsMissingAtTheEnd() {
        run(Writer.KEYS);
        Map<String, ByteString> entries = new TreeMap<>(store.entries);
        entries.remove("writer-7/5");
        entries.put("writer-7/6", ByteString.copyFromUtf8("older"));

        assertThat(writer.missingFrom(entries))
                .hasSize(2)
                .anySatisfy(missing -> assertThat(missing).contains("writer-7/5", "nothing"))
                .anySatisfy(missing -> assertThat(missing).contains("writer-7/6", "older"));
    }

    @Test
    void shouldSaySoAndEndWhenAFailureIsNotTransient() {
        store.failures.add(new ClassCastException("a bug"));
        try (LogLines log = LogLines.of(Writer.class)) {
            writer.start();

            await().until(() -> writer.done().isCompletedExceptionally());
            assertThat(log.texts()).containsExactly("writer 7 cannot go on");
        }
        assertThat(stats.acknowledgedCount()).isZero();
    }

    /** Lets the writer write at least so many times, and end. */
    private void run(int writes) {
        writer.start();
        await().until(() -> stats.acknowledgedCount() >= writes);
        writer.stop();
        writer.done().join();
    }

    /** A map on a thread of its own, that fails or forgets as it is told. */
    private static final class ScriptedStore implements KvStore {
        private final ExecutorService thread = Executors.newSingleThreadExecutor();
        /** What the next puts fail with, without being carried out. */
        private final Queue<RuntimeException> failures = new ArrayDeque<>();
        /** What the next puts fail with after they have been carried out. */
        private final Queue<RuntimeException> committingFailures = new ArrayDeque<>();

        private final Map<String, ByteString> entries = new TreeMap<>();
        /** Which put is acknowledged but not carried out: 1 is the first; 0 is none. */
        private int losing;

        private int puts;

        @Override
        public CompletableFuture<Optional<ByteString>> put(String key, ByteString value) {
            return CompletableFuture.supplyAsync(() -> apply(key, value), thread);
        }

        private Optional<ByteString> apply(String key, ByteString value) {
            if (!failures.isEmpty()) {
                throw failures.remove();
            }
            if (++puts == losing) {
                return Optional.ofNullable(entries.get(key));
            }
            Optional<ByteString> replaced = Optional.ofNullable(entries.put(key, value));
            if (!committingFailures.isEmpty()) {
                throw committingFailures.remove();
            }
            return replaced;
        }
    }
}
