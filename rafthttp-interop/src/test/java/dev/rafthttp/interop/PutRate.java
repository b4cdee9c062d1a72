package dev.rafthttp.interop;

import io.etcd.jetcd.ByteSequence;
import io.etcd.jetcd.KV;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.HdrHistogram.ConcurrentHistogram;

/**
 * How fast a cluster took puts from 64 writers at once, spread over its members.
 *
 * @param perSecond puts acknowledged a second
 * @param p50Millis how long half of them took at most, in milliseconds
 * @param p99Millis how long 99 of 100 took at most, in milliseconds
 */
record PutRate(double perSecond, double p50Millis, double p99Millis) {
    private static final int WRITERS = 64;
    private static final int VALUE_BYTES = 128;
    private static final double NANOS_A_MILLI = 1e6;

    static PutRate measure(EtcdCluster cluster, int seconds) {
        ConcurrentHistogram nanos = new ConcurrentHistogram(3);
        ExecutorService threads = Executors.newFixedThreadPool(WRITERS);
        long start = System.nanoTime();
        long end = start + seconds * 1_000_000_000L;
        try {
            List<Future<?>> writers = new ArrayList<>();
            for (int i = 0; i < WRITERS; i++) {
                EtcdMember member = cluster.members().get(i % cluster.members().size());
                KV kv = cluster.client(member).getKVClient();
                ByteSequence key = bytes("writer/" + i);
                writers.add(threads.submit(() -> {
                    write(kv, key, end, nanos);
                    return null;
                }));
            }
            for (Future<?> writer : writers) {
                writer.get();
            }
        } catch (ExecutionException e) {
            throw new IllegalStateException("a put failed", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while measuring", e);
        } finally {
            threads.shutdownNow();
        }
        double took = (System.nanoTime() - start) / 1e9;
        return new PutRate(
                nanos.getTotalCount() / took,
                nanos.getValueAtPercentile(50) / NANOS_A_MILLI,
                nanos.getValueAtPercentile(99) / NANOS_A_MILLI);
    }

    private static void write(KV kv, ByteSequence key, long end, ConcurrentHistogram nanos)
            throws ExecutionException, InterruptedException {
        ByteSequence value = bytes("x".repeat(VALUE_BYTES));
        while (System.nanoTime() < end) {
            long begun = System.nanoTime();
            kv.put(key, value).get();
            nanos.recordValue(System.nanoTime() - begun);
        }
    }

    private static ByteSequence bytes(String text) {
        return ByteSequence.from(text, StandardCharsets.UTF_8);
    }

    @Override
    public String toString() {
        return "%,.0f puts/s, p50 %.2f ms, p99 %.2f ms".formatted(perSecond, p50Millis, p99Millis);
    }
}
