package dev.rafthttp.cluster;

import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;

/** Runs {@code rafthttp-cluster}. */
public final class Main {
    private Main() {}

    public static void main(String[] args) {
        CommandLine commandLine = new CommandLine(new ClusterCommand(System.out));
        commandLine
                .getCommandSpec()
                .addOption(OptionSpec.builder("-h", "--help")
                        .usageHelp(true)
                        .description("print this")
                        .build());
        commandLine.setOut(new PrintWriter(System.out, true, StandardCharsets.UTF_8));
        commandLine.setParameterExceptionHandler((wrong, ignored) -> {
            System.err.println("rafthttp-cluster: " + wrong.getMessage());
            return CommandLine.ExitCode.USAGE;
        });
        System.exit(commandLine.execute(args));
    }
}
