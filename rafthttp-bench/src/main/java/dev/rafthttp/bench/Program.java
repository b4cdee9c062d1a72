package dev.rafthttp.bench;

import java.io.File;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * One of the programs that are compared, of which each run is a process of its own.
 *
 * @param name the first word of its lines
 * @param command what starts it, without a scenario's arguments
 */
record Program(String name, List<String> command) {
    Program {
        command = List.copyOf(command);
    }

    /** Whether it is this project's, and so has sidecars too. */
    boolean isBuild() {
        return name.equals(Carrier.RAFTHTTP.toString()) || name.equals(Comparison.BEFORE);
    }

    /**
     * Starts it, and returns when it waits for its first turn.
     *
     * @param errors the file that takes its standard error
     */
    WarmProgram warm(List<String> arguments, File errors) throws IOException, InterruptedException {
        return new WarmProgram(name, with(arguments), errors);
    }

    private List<String> with(List<String> arguments) {
        List<String> whole = new ArrayList<>(command);
        whole.addAll(arguments);
        return whole;
    }

    /**
     * Runs it to its end.
     *
     * @param errors the file that takes its standard error
     * @param shown is given each line as it comes
     * @return the lines it printed
     * @throws IOException if it cannot be started or fails
     */
    List<String> run(List<String> arguments, File errors, Consumer<String> shown)
            throws IOException, InterruptedException {
        Process process =
                new ProcessBuilder(with(arguments)).redirectError(errors).start();
        List<String> lines;
        try (var reader = process.inputReader()) {
            lines = reader.lines().peek(shown).toList();
        }
        int status = process.waitFor();
        if (status != 0) {
            throw new IOException(
                    name + " " + String.join(" ", arguments) + " ended with status " + status + "; see " + errors);
        }
        return lines;
    }
}
