package dev.rafthttp.cluster;

import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;

/** Runs {@code rafthttp-cluster}. */
public final class Main {
    private Main() {}

    /**
     * Runs a command line and ends the process.
     *
     * @param args the folder of the compose files, and the options
     */
    public static void main(String[] args) {
        String[] options = Arrays.copyOfRange(args, 1, args.length);
        System.exit(run(options, Path.of(args[0]), System.out, System.err));
    }

    /** Runs a command line to its end; returns the exit status. */
    static int run(String[] options, Path directory, PrintStream out, PrintStream err) {
        CommandLine commandLine = new CommandLine(new ClusterCommand(directory, out));
        commandLine
                .getCommandSpec()
                .addOption(OptionSpec.builder("-h", "--help")
                        .usageHelp(true)
                        .description("print this")
                        .build());
        commandLine.setOut(new PrintWriter(out, true, StandardCharsets.UTF_8));
        commandLine.setParameterExceptionHandler((wrong, ignored) -> {
            err.println("rafthttp-cluster: " + wrong.getMessage());
            return CommandLine.ExitCode.USAGE;
        });
        return commandLine.execute(options);
    }
}
