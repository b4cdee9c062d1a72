package dev.rafthttp.dist;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/** Commands that run on: a process group of its own, and all that it prints. */
final class Terminal implements AutoCloseable {
    /** A sidecar that drains needs 5 s, on a machine that is busy many times that. */
    private static final long END_SECONDS = 60;

    private final Process process;
    private final Path output;

    /**
     * @param command replaces the process that it is started as, so that its ID is the group's
     * @param output a file to be written
     */
    Terminal(ProcessBuilder command, Path output) throws IOException {
        this.output = output;
        process = command.redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        process.getOutputStream().close();
    }

    /** Whether it has ended with another status than 0; processes that it has left behind may go on. */
    boolean hasFailed() {
        return !process.isAlive() && process.exitValue() != 0;
    }

    /** Returns the exit status. */
    int waitFor(long seconds) {
        if (!hasEndedWithin(seconds)) {
            throw new AssertionError(
                    "has not ended within " + seconds + " s: is it a <!-- terminal -->? It printed\n" + output());
        }
        return process.exitValue();
    }

    /** All that was printed so far. */
    String output() {
        try {
            return Files.readString(output, StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Asks every process of the group to end, as Ctrl-C does. */
    void interrupt() throws IOException {
        signal("TERM");
    }

    /** Ends every process of the group. */
    @Override
    public void close() throws IOException {
        signal("TERM");
        boolean ended = hasEndedWithin(END_SECONDS);
        signal("KILL");
        if (!ended) {
            throw new AssertionError("has not ended within " + END_SECONDS + " s of SIGTERM; it printed\n" + output());
        }
    }

    private boolean hasEndedWithin(long seconds) {
        return process.onExit()
                .thenApply(ended -> true)
                .completeOnTimeout(false, seconds, TimeUnit.SECONDS)
                .join();
    }

    private void signal(String name) throws IOException {
        // Says so if no process of the group is left, which is as it should be.
        new ProcessBuilder("kill", "-s", name, "--", "-" + process.pid())
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start()
                .onExit()
                .join();
    }
}
