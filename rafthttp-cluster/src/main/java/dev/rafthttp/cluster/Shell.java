package dev.rafthttp.cluster;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Runs commands to their end. Any thread. */
final class Shell {
    private Shell() {}

    /** A command that did not end with 0, or not in time; the message has what it said. */
    static final class CommandFailedException extends RuntimeException {
        CommandFailedException(String message) {
            super(message);
        }
    }

    /** Whether there is such a program on the PATH. */
    static boolean isOnPath(String program) {
        return Arrays.stream(System.getenv().getOrDefault("PATH", "").split(":"))
                .anyMatch(folder -> Files.isExecutable(Path.of(folder, program)));
    }

    /** Whether a command ends with 0. */
    static boolean succeeds(Duration limit, String... command) {
        try {
            run(limit, List.of(command));
            return true;
        } catch (CommandFailedException no) {
            return false;
        }
    }

    /**
     * Runs a command.
     *
     * @return what it wrote to its standard output, without white space around it
     * @throws CommandFailedException if it fails, or takes longer than the limit
     */
    static String run(Duration limit, List<String> command) {
        String line = String.join(" ", command);
        try {
            Path output = Files.createTempFile("command", ".out");
            Path errors = Files.createTempFile("command", ".err");
            try {
                Process process = new ProcessBuilder(command)
                        .redirectOutput(output.toFile())
                        .redirectError(errors.toFile())
                        .start();
                if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
                    process.destroyForcibly();
                    throw new CommandFailedException(line + ": no end within " + limit.toSeconds() + " s");
                }
                String said = Files.readString(output, StandardCharsets.UTF_8);
                if (process.exitValue() != 0) {
                    throw new CommandFailedException(line + ": exit status " + process.exitValue() + ": " + said
                            + Files.readString(errors, StandardCharsets.UTF_8));
                }
                return said.strip();
            } finally {
                Files.delete(output);
                Files.delete(errors);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot run " + line, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CommandFailedException(line + ": interrupted");
        }
    }
}
