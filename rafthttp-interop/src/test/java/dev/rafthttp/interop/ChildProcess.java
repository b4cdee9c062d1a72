package dev.rafthttp.interop;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A process that a test started: known by its pid, and ended with the test, or with its JVM. */
final class ChildProcess implements AutoCloseable {
    private static final Duration GRACE = Duration.ofSeconds(10);

    /** The kernel takes a killed process away when the process's turn comes, which on a busy machine is late. */
    private static final Duration END_LIMIT = Duration.ofSeconds(60);

    private final List<String> command;
    private final Process process;
    private final Thread killAtExit;

    /** Starts it; both its outputs are appended to the file. */
    ChildProcess(List<String> command, Path output) {
        this.command = List.copyOf(command);
        try {
            process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(output.toFile()))
                    .start();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot start " + String.join(" ", command), e);
        }
        killAtExit = new Thread(process::destroyForcibly, "kill-" + process.pid());
        Runtime.getRuntime().addShutdownHook(killAtExit);
    }

    long pid() {
        return process.pid();
    }

    boolean isAlive() {
        return process.isAlive();
    }

    /** SIGKILL, and gone when this returns. */
    void kill() {
        process.destroyForcibly();
        awaitEnd();
    }

    /** SIGTERM; SIGKILL if it is still there ten seconds later. */
    void terminate() {
        process.destroy();
        if (!endsWithin(GRACE)) {
            kill();
        }
        forget();
    }

    /** SIGSTOP: the kernel still takes its connections, and nobody answers. */
    void suspend() {
        signal("STOP");
    }

    void resume() {
        signal("CONT");
    }

    /** Waits for it to end by itself. */
    boolean endsWithin(Duration limit) {
        try {
            return process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while waiting for " + this, e);
        }
    }

    @Override
    public void close() {
        kill();
    }

    @Override
    public String toString() {
        return "pid " + pid() + ": " + String.join(" ", command);
    }

    private void awaitEnd() {
        if (!endsWithin(END_LIMIT)) {
            throw new IllegalStateException("not ended " + END_LIMIT + " after SIGKILL: " + this);
        }
        forget();
    }

    private void signal(String name) {
        Commands.run(Duration.ofSeconds(5), "kill", "-" + name, Long.toString(pid()));
    }

    private void forget() {
        try {
            Runtime.getRuntime().removeShutdownHook(killAtExit);
        } catch (IllegalStateException e) {
            // The JVM is going down, and the hook finds a dead process.
            return;
        }
    }
}
