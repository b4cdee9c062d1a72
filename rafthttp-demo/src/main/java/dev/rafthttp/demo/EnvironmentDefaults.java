package dev.rafthttp.demo;

import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.IDefaultValueProvider;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.OptionSpec;

/** Gives an option that is not on the command line the value of its environment variable: of --writers, RAFTHTTP_WRITERS. */
final class EnvironmentDefaults implements IDefaultValueProvider {
    private static final String PREFIX = "RAFTHTTP_";

    private final Map<String, String> environment;

    EnvironmentDefaults(Map<String, String> environment) {
        this.environment = environment;
    }

    @Override
    public @Nullable String defaultValue(ArgSpec arg) {
        return arg instanceof OptionSpec option && !option.usageHelp()
                ? environment.get(variable(option.longestName()))
                : null;
    }

    private static String variable(String option) {
        return PREFIX + option.replaceFirst("^--", "").replace('-', '_').toUpperCase(Locale.ROOT);
    }
}
