package dev.rafthttp.resilience;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.management.UnixOperatingSystemMXBean;
import dev.rafthttp.raftpb.MessageType;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** Transports and peers that come and go leave no thread, socket, buffer or file behind. */
class LeakTest {
    private static final int CYCLES = 125;
    private static final int WARM_UP = 20;

    /** A buffer of 64 KiB left behind by each cycle would be four times this. */
    private static final long BUFFER_BYTES = 2 << 20;

    private final AtomicLong received = new AtomicLong();

    @Test
    void shouldLeaveNothingBehindWhenTransportsStartAndClose() {
        repeat(WARM_UP, this::startAndClose);
        Held before = Held.now();
        repeat(CYCLES, this::startAndClose);
        expectNoMoreThan(before);
    }

    private void startAndClose() {
        try (TestMember a = new TestMember(1, (lane, message) -> received.incrementAndGet());
                TestMember b = new TestMember(2, (lane, message) -> received.incrementAndGet())) {
            b.addPeer(a, a.url());
            a.addPeer(b, b.url());
            expectDelivery(a, 2);
        }
    }

    @Test
    void shouldLeaveNothingBehindWhenPeersAreAddedAndRemoved() {
        try (TestMember a = new TestMember(1, (lane, message) -> received.incrementAndGet());
                TestMember b = new TestMember(2, (lane, message) -> received.incrementAndGet())) {
            Runnable addAndRemove = () -> {
                b.addPeer(a, a.url());
                a.addPeer(b, b.url());
                expectDelivery(a, 2);
                a.transport().removePeer(b.id());
                b.transport().removePeer(a.id());
            };
            repeat(WARM_UP, addAndRemove);
            Held before = Held.now();
            repeat(CYCLES, addAndRemove);
            expectNoMoreThan(before);
        }
    }

    private void expectDelivery(TestMember from, long to) {
        long base = received.get();
        from.transport().send(TestMember.message(MessageType.MsgHeartbeat, 1, to, 0));
        await().pollInterval(1, TimeUnit.MILLISECONDS)
                .atMost(20, TimeUnit.SECONDS)
                .until(() -> received.get() > base);
    }

    private static void repeat(int times, Runnable cycle) {
        for (int i = 0; i < times; i++) {
            cycle.run();
        }
    }

    private static void expectNoMoreThan(Held before) {
        // Sockets close a moment after they were told to; threads and connections that are pooled go when they were
        // idle.
        await().atMost(60, TimeUnit.SECONDS).untilAsserted(() -> {
            Held now = Held.now();
            assertThat(now.threads.size())
                    .as(() -> "threads " + now.threads)
                    .isLessThanOrEqualTo(before.threads.size());
            assertThat(now.files).as("files").isLessThanOrEqualTo(before.files);
            assertThat(now.bufferBytes)
                    .as("bytes of direct buffers")
                    .isLessThanOrEqualTo(before.bufferBytes + BUFFER_BYTES);
        });
        Held now = Held.now();
        System.out.printf(
                "%d cycles: threads %d to %d, open files %d to %d, direct buffers %d to %d KiB%n",
                CYCLES,
                before.threads.size(),
                now.threads.size(),
                before.files,
                now.files,
                before.bufferBytes >> 10,
                now.bufferBytes >> 10);
    }

    /** What this process holds: the names of its live threads, its open files and sockets, its direct buffers. */
    private record Held(List<String> threads, long files, long bufferBytes) {
        static Held now() {
            UnixOperatingSystemMXBean system = (UnixOperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
            List<String> threads = Thread.getAllStackTraces().keySet().stream()
                    .map(Thread::getName)
                    .filter(name -> !name.startsWith("awaitility"))
                    .sorted()
                    .toList();
            // Buffers of threads and connections that are gone are given back by the garbage collector.
            System.gc();
            long bufferBytes = ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
                    .mapToLong(BufferPoolMXBean::getMemoryUsed)
                    .sum();
            return new Held(threads, system.getOpenFileDescriptorCount(), bufferBytes);
        }
    }
}
