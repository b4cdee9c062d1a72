package dev.rafthttp.options;

import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.UsageMessageSpec;
import picocli.CommandLine.ParseResult;

/**
 * Runs {@code rafthttp COMMAND} in one manner for all commands: each option is also a variable of the environment and a key of
 * the file, each command has {@code --config-file}, {@code --version} and {@code --help}, all mistakes are told at once, and the
 * help lists the options under the same headings in the same order.
 */
public final class Commands {
    /** The end of each command's help. */
    private static final String FOOTER =
            "Each option is also an environment variable (of --config-file: RAFTHTTP_CONFIG_FILE) and a key of the file that"
                    + " --config-file names (config-file). The command line wins over the environment, and the environment"
                    + " over the file. An empty variable counts as not set.";

    /** Stands before the exit codes. */
    private static final String EXIT_HEADING = "%nExit status:%n";

    /** Exit codes that several commands have, with what they mean. */
    public static final String EXIT_0 = "0:it was told to stop";

    public static final String EXIT_1 = "1:it cannot run, for example because a port is in use";
    public static final String EXIT_2 = "2:an option is wrong";
    public static final String EXIT_3 = "3:after an error, such as a lack of memory, its state is not certain";

    /** Wide enough for most URLs. */
    private static final int HELP_WIDTH = 100;

    private Commands() {}

    /**
     * Runs a command line to its end.
     *
     * @param commands makes the commands, which add what is wrong to the given mistakes and then throw them
     * @return the exit status
     */
    public static int run(
            String[] args,
            Map<String, String> environment,
            PrintStream out,
            PrintStream err,
            Function<Mistakes, List<?>> commands) {
        Mistakes mistakes = new Mistakes();
        return commandLine(args, environment, out, err, mistakes, commands.apply(mistakes))
                .execute(args);
    }

    /**
     * Prepares a command line.
     *
     * @param args in which the name of the file is looked for
     * @param mistakes gets what is wrong with the file, and with the options of a command before it runs
     */
    public static CommandLine commandLine(
            String[] args,
            Map<String, String> environment,
            PrintStream out,
            PrintStream err,
            Mistakes mistakes,
            List<?> commands) {
        ConfigFile file = ConfigFile.ofCommandLine(args, environment, mistakes);
        Settings settings = new Settings(environment, file);
        CommandLine commandLine = new CommandLine(CommandSpec.create().name("rafthttp"));
        for (Object command : commands) {
            CommandLine line = new CommandLine(command);
            addCommonOptions(line.getCommandSpec());
            commandLine.addSubcommand(line);
        }
        // From here on for all commands: a command does not inherit what was set before it was added.
        return commandLine
                .setDefaultValueProvider(settings)
                .setInterpolateVariables(false)
                .setUnmatchedArgumentsAllowed(true)
                .setOut(new PrintWriter(out, true, StandardCharsets.UTF_8))
                .setErr(new PrintWriter(err, true, StandardCharsets.UTF_8))
                .setParameterExceptionHandler((wrong, ignored) -> {
                    err.println(name(wrong.getCommandLine().getCommandSpec()) + ": " + wrong.getMessage());
                    return CommandLine.ExitCode.USAGE;
                })
                .setExecutionExceptionHandler((failure, command, ignored) -> {
                    if (failure instanceof WrongOptionsException wrong) {
                        wrong.mistakes().forEach(line -> err.println(name(command.getCommandSpec()) + ": " + line));
                        return CommandLine.ExitCode.USAGE;
                    }
                    throw failure;
                })
                .setExecutionStrategy(parsed -> {
                    Integer help = CommandLine.executeHelpRequest(parsed);
                    if (help != null) {
                        return help;
                    }
                    CommandSpec command = last(parsed).commandSpec();
                    check(command, file, mistakes);
                    settings.warnings(command).forEach(line -> err.println(name(command) + ": warning: " + line));
                    return new CommandLine.RunLast().execute(parsed);
                });
    }

    private static void addCommonOptions(CommandSpec command) {
        command.addOption(OptionSpec.builder(ConfigFile.OPTION)
                        .type(String.class)
                        .paramLabel("FILE")
                        .description("a YAML file with options as keys, without their dashes")
                        .build())
                .addOption(OptionSpec.builder("--version")
                        .versionHelp(true)
                        .description("print the version, and nothing else")
                        .build())
                .addOption(OptionSpec.builder("-h", "--help")
                        .usageHelp(true)
                        .description("print this, and nothing else")
                        .build());
        command.version("rafthttp " + Version.text());
        command.usageMessage()
                .width(HELP_WIDTH)
                .abbreviateSynopsis(true)
                .footerHeading("%n")
                .footer(FOOTER)
                .exitCodeListHeading(EXIT_HEADING)
                .sectionMap()
                .put(UsageMessageSpec.SECTION_KEY_OPTION_LIST, Section::render);
    }

    /** Adds what is given and is no option of the command, on the command line and in the file, to the mistakes. */
    private static void check(CommandSpec command, ConfigFile file, Mistakes mistakes) {
        command.commandLine()
                .getUnmatchedArguments()
                .forEach(given -> mistakes.unknown(given, "one of the options that --help lists"));
        file.check(command.options().stream().map(Settings::key).collect(Collectors.toSet()), mistakes);
    }

    private static ParseResult last(ParseResult parsed) {
        return parsed.hasSubcommand() ? last(parsed.subcommand()) : parsed;
    }

    private static String name(CommandSpec command) {
        return command.qualifiedName();
    }
}
