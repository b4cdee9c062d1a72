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
        List<String> whole = new ArrayList<>(command);
        whole.addAll(arguments);
        Process process = new ProcessBuilder(whole).redirectError(errors).start();
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
