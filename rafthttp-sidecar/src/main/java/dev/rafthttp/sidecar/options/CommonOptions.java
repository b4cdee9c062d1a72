package dev.rafthttp.sidecar.options;

import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The options that every command has. */
public final class CommonOptions {
    /** What the help of a command that runs on says at its end. */
    public static final String FOOTER =
            "Each option is also a variable of the environment, --listen-node being RAFTHTTP_LISTEN_NODE, and a key of"
                    + " the file given by --config-file, listen-node. The command line wins, then the environment.";

    /** Stands before the exit codes. */
    public static final String EXIT_HEADING = "Exit status:%n";

    public static final String EXIT_0 = "0:it was told to stop";
    public static final String EXIT_1 = "1:it cannot run, as when a port is taken";
    public static final String EXIT_2 = "2:wrong options";

    public static final String EXIT_3 = "3:an error, such as no memory, left in doubt what state it is in";

    static final Set<String> FORMATS = Set.of("text", "json");
    static final List<String> LEVELS = List.of("error", "warn", "info", "debug", "trace");

    @Spec(Spec.Target.MIXEE)
    private CommandSpec spec;

    @Option(
            names = "--log-format",
            paramLabel = "FORMAT",
            defaultValue = "text",
            description = "of the log on standard error: text or json (default text)")
    private String logFormat;

    @Option(
            names = "--log-level",
            paramLabel = "LEVEL",
            defaultValue = "info",
            description = "error, warn, info, debug or trace (default info)")
    private String logLevel;

    /** Adds the two that are dealt with before a command runs. */
    public static void addTo(CommandSpec command) {
        command.addOption(OptionSpec.builder(ConfigFile.OPTION)
                .type(String.class)
                .paramLabel("FILE")
                .description("a YAML file of options, named without their dashes")
                .build());
        command.addOption(OptionSpec.builder("-h", "--help")
                .usageHelp(true)
                .description("print this")
                .build());
    }

    /**
     * Checks these options, and that everything given, on the command line and in the file, is an option of the command.
     *
     * @return how to log
     */
    public Logs check(ConfigFile file, Mistakes mistakes) {
        spec.commandLine()
                .getUnmatchedArguments()
                .forEach(given -> mistakes.unknown(given, "one of the options that --help lists"));
        file.check(spec.options().stream().map(Settings::key).collect(Collectors.toSet()), mistakes);
        if (!FORMATS.contains(logFormat)) {
            mistakes.add("--log-format", logFormat, "text or json");
        }
        if (!LEVELS.contains(logLevel.toLowerCase(Locale.ROOT))) {
            mistakes.add("--log-level", logLevel, "one of " + String.join(", ", LEVELS));
        }
        return new Logs(logFormat.equals("json"), logLevel);
    }
}
