package dev.rafthttp.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rafthttp.bench.Usage.Reading;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

class UsageTest {
    @TempDir
    private Path threads;

    private void thread(String id, long voluntary, long nonvoluntary) throws IOException {
        Path folder = Files.createDirectories(threads.resolve(id));
        Files.writeString(
                folder.resolve("status"),
                "Name:\tjava\nThreads:\t9\nvoluntary_ctxt_switches:\t" + voluntary + "\nnonvoluntary_ctxt_switches:\t"
                        + nonvoluntary + "\n");
    }

    private Usage usage() {
        return new Usage(ProcessHandle.current(), threads);
    }

    @Test
    void shouldSumBothKindsOfAllThreadsWhenRead() throws IOException {
        thread("10", 100, 1);
        thread("11", 20, 2);

        assertThat(usage().read().switches()).isEqualTo(123);
    }

    @Test
    void shouldKeepTheCountOfAThreadWhenItHasEnded() throws IOException {
        thread("10", 100, 0);
        thread("11", 20, 2);
        Usage usage = usage();
        Reading before = usage.read();
        Files.delete(threads.resolve("11/status"));
        Files.delete(threads.resolve("11"));
        thread("10", 130, 5);
        thread("12", 7, 0);

        assertThat(usage.read().minus(before).switches()).isEqualTo(42);
    }

    @Test
    void shouldPassOverAThreadWhenItEndsWhileThreadsAreRead() throws IOException {
        thread("10", 100, 0);
        Files.createDirectories(threads.resolve("11"));

        assertThat(usage().read().switches()).isEqualTo(100);
    }

    @Test
    void shouldSayWhereItLookedWhenThreadsCannotBeListed() {
        Path nowhere = threads.resolve("nowhere");

        assertThatThrownBy(() -> new Usage(ProcessHandle.current(), nowhere).read())
                .hasMessageContaining(nowhere.toString());
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void shouldCountASwitchWhenAThreadOfThisProcessWaits() throws InterruptedException {
        Usage usage = new Usage(ProcessHandle.current());
        Reading before = usage.read();
        Thread waiting = new Thread(() -> {});
        waiting.start();
        waiting.join();

        Reading taken = usage.read().minus(before);

        assertThat(taken.switches()).isPositive();
        assertThat(taken.cpuNanos()).isNotNegative();
    }

    @Test
    void shouldDivideByTheMessagesWhenALineIsMade() {
        Reading ours = new Reading(150_000_000, 6_000);
        Reading sidecars = new Reading(450_000_000, 3_000);

        String line = "sidecar paced p50=1.0us p99=2.0us  " + Lines.usage(ours.plus(sidecars), 2_000) + "  sidecars "
                + Lines.usage(sidecars, 2_000);

        assertThat(Metric.CPU.in(line)).hasValue(300);
        assertThat(Metric.SWITCHES.in(line)).hasValue(4.5);
        assertThat(Metric.SIDECARS_CPU.in(line)).hasValue(225);
        assertThat(Metric.SIDECARS_SWITCHES.in(line)).hasValue(1.5);
    }
}
