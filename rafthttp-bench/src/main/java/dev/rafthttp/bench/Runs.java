package dev.rafthttp.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Option;

/** How many runs a command prints, and when each begins: at once, or when standard input says so. */
final class Runs {
    /** The line that says that the next run waits for its turn. The peer in Go prints the same. */
    static final String READY = "ready";

    @Option(names = "--runs", description = "how many to print (default ${DEFAULT-VALUE})")
    private int runs;

    @Option(
            names = "--on-demand",
            description = "before each run print \"" + READY + "\" and wait for a line of standard input; end with it")
    private boolean onDemand;

    private @Nullable BufferedReader input;
    private int begun;

    /** @param runs unless the option says otherwise */
    Runs(int runs) {
        this.runs = runs;
    }

    void check(CommandLine command) {
        Arguments.atLeast(command, "--runs", runs, 1);
    }

    boolean isOnDemand() {
        return onDemand;
    }

    /** Waits until the next run may begin. Returns false if there is none. */
    boolean next(PrintWriter out) {
        if (begun == runs || onDemand && !isTold(out)) {
            return false;
        }
        begun++;
        return true;
    }

    private boolean isTold(PrintWriter out) {
        if (input == null) {
            input = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        }
        out.println(READY);
        out.flush();
        try {
            return input.readLine() != null;
        } catch (IOException e) {
            throw new UncheckedIOException("standard input cannot be read", e);
        }
    }
}
