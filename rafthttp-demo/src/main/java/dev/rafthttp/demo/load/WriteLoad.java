package dev.rafthttp.demo.load;

import com.google.protobuf.ByteString;
import dev.rafthttp.demo.kv.KvStore;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.Supplier;

/** All writers of a run. Owned by the thread that starts and stops them. */
public final class WriteLoad {
    private final List<Writer> writers = new ArrayList<>();

    /** @param leader the member that leads now, as far as is known */
    public WriteLoad(
            int count,
            Supplier<Optional<KvStore>> leader,
            WriteStats stats,
            ScheduledExecutorService timer,
            long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        for (int number = 0; number < count; number++) {
            writers.add(new Writer(number, leader, stats, timer, random.split()));
        }
    }

    public void start() {
        writers.forEach(Writer::start);
    }

    public void stop() {
        writers.forEach(Writer::stop);
    }

    /** Whether every writer has ended, well or not. */
    public boolean isDone() {
        return writers.stream().allMatch(writer -> writer.done().isDone());
    }

    /** Why writers ended that should not have, or have not ended. */
    public List<String> failures() {
        List<String> failures = new ArrayList<>();
        for (Writer writer : writers) {
            CompletableFuture<Void> done = writer.done();
            if (!done.isDone()) {
                failures.add("a write was never acknowledged");
            } else if (done.isCompletedExceptionally()) {
                done.exceptionally(failure -> {
                    failures.add("a writer failed: " + failure);
                    return null;
                });
            }
        }
        return failures;
    }

    /** Which acknowledged writes a map lacks. Only once {@link #isDone}. */
    public List<String> missingFrom(Map<String, ByteString> entries) {
        return writers.stream()
                .flatMap(writer -> writer.missingFrom(entries).stream())
                .toList();
    }
}
