package dev.rafthttp.interop;

import static org.assertj.core.api.Assertions.assertThat;

import io.etcd.jetcd.ByteSequence;
import io.etcd.jetcd.KV;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;

/** Writers that put one key after the other through the members, and enter into the ledger what was acknowledged. */
final class Load implements AutoCloseable {
    /** A put that got no answer for so long, as from a member that was killed, is given up, and its key with it. */
    private static final Duration GIVEN_UP_AFTER = Duration.ofSeconds(3);

    /** How long a put may take that has to be acknowledged: on a busy machine seconds. */
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    /** Per member. */
    private static final int WRITERS = 16;

    /** Per member, of puts that only have to be done soon: each waits for a disk, and the disk takes many at once. */
    private static final int WRITERS_THAT_FINISH = 48;

    private final Ledger ledger;
    private final String prefix;
    private final String padding;
    private final long limit;
    private final Duration putTimeout;
    private final AtomicLong next = new AtomicLong();
    private final AtomicLong acknowledged = new AtomicLong();
    private final AtomicLong refused = new AtomicLong();
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final List<Future<?>> writers = new ArrayList<>();
    private volatile boolean stopped;

    private Load(Ledger ledger, String prefix, int valueSize, long limit, Duration putTimeout) {
        this.ledger = ledger;
        this.prefix = prefix;
        this.padding = "x".repeat(valueSize);
        this.limit = limit;
        this.putTimeout = putTimeout;
    }

    /** Puts {@code count} keys through all members and returns when all were acknowledged. */
    static void put(
            EtcdCluster cluster, List<EtcdMember> through, Ledger ledger, String prefix, int count, int valueSize) {
        Load load = new Load(ledger, prefix, valueSize, count, PATIENCE);
        load.start(cluster, through, WRITERS_THAT_FINISH);
        load.finish();
        assertThat(load.acknowledged()).as("puts acknowledged, of %s", count).isEqualTo(count);
    }

    /** Puts small values through these members until it is closed. */
    static Load start(EtcdCluster cluster, List<EtcdMember> through, Ledger ledger, String prefix) {
        Load load = new Load(ledger, prefix, 64, Long.MAX_VALUE, GIVEN_UP_AFTER);
        load.start(cluster, through, WRITERS);
        return load;
    }

    long acknowledged() {
        return acknowledged.get();
    }

    /** Puts that failed, of which it is unknown whether they took place. */
    long refused() {
        return refused.get();
    }

    /** Stops the writers; fails if one of them did. */
    @Override
    public void close() {
        stopped = true;
        finish();
    }

    private void start(EtcdCluster cluster, List<EtcdMember> through, int writersPerMember) {
        for (EtcdMember member : through) {
            KV kv = cluster.client(member).getKVClient();
            for (int i = 0; i < writersPerMember; i++) {
                writers.add(threads.submit(() -> write(kv)));
            }
        }
    }

    private void write(KV kv) {
        while (!stopped) {
            long number = next.getAndIncrement();
            if (number >= limit) {
                return;
            }
            String key = "%s/%08d".formatted(prefix, number);
            String value = number + padding;
            try {
                kv.put(bytes(key), bytes(value)).get(putTimeout.toMillis(), TimeUnit.MILLISECONDS);
                ledger.acknowledged(key, value);
                acknowledged.incrementAndGet();
            } catch (ExecutionException | TimeoutException notAcknowledged) {
                refused.incrementAndGet();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }

    private void finish() {
        threads.shutdown();
        try {
            for (Future<?> writer : writers) {
                writer.get(2, TimeUnit.MINUTES);
            }
        } catch (ExecutionException | TimeoutException e) {
            throw new IllegalStateException("a writer failed", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while the writers finish", e);
        } finally {
            threads.shutdownNow();
        }
    }

    private static ByteSequence bytes(String text) {
        return ByteSequence.from(text, StandardCharsets.UTF_8);
    }
}
