package dev.rafthttp.bench;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.Writer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A program that was started and warmed up, and makes a run whenever it is told to. In between it does nothing. */
final class WarmProgram implements AutoCloseable {
    private static final long END_SECONDS = 30;

    private final String name;
    private final File errors;
    private final Process process;
    private final BufferedReader output;
    private final Writer input;

    /**
     * Starts the program, and returns when it is ready.
     *
     * @param command that prints {@link Runs#READY} and waits for a line before each run
     * @param errors the file that takes its standard error
     * @throws IOException if it cannot be started, or ends before it is ready
     */
    WarmProgram(String name, List<String> command, File errors) throws IOException, InterruptedException {
        this.name = name;
        this.errors = errors;
        process = new ProcessBuilder(command).redirectError(errors).start();
        output = process.inputReader();
        input = process.outputWriter();
        boolean ready = false;
        try {
            untilReady();
            ready = true;
        } finally {
            if (!ready) {
                close();
            }
        }
    }

    /**
     * Lets it make a run.
     *
     * @param shown is given each line as it comes
     * @return the lines it printed
     * @throws IOException if it ends before it is ready for the next
     */
    List<String> run(Consumer<String> shown) throws IOException, InterruptedException {
        input.write('\n');
        input.flush();
        List<String> lines = untilReady();
        lines.forEach(shown);
        return lines;
    }

    private List<String> untilReady() throws IOException, InterruptedException {
        List<String> lines = new ArrayList<>();
        for (@Nullable String line = output.readLine(); line != null; line = output.readLine()) {
            if (line.equals(Runs.READY)) {
                return lines;
            }
            lines.add(line);
        }
        throw new IOException(name + " ended with status " + process.waitFor() + "; see " + errors);
    }

    /** Ends it, which the end of its standard input tells it. */
    @Override
    public void close() throws IOException {
        try {
            input.close();
        } finally {
            awaitEnd();
        }
    }

    private void awaitEnd() {
        try {
            if (!process.waitFor(END_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
