package dev.rafthttp.options;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.IDefaultValueProvider;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/**
 * Gives an option that is not on the command line its value from elsewhere: {@code --listen-node} from
 * {@code RAFTHTTP_LISTEN_NODE} in the environment or, failing that, from {@code listen-node} in the file. As with etcd, an
 * empty variable counts as not set.
 */
final class Settings implements IDefaultValueProvider {
    private static final String PREFIX = "RAFTHTTP_";

    /** Variables of which nobody is warned: bin/rafthttp reads the first, and the logback.xml of rafthttp-bench the second. */
    private static final Set<String> NO_OPTIONS = Set.of("RAFTHTTP_JAVA_OPTS", "RAFTHTTP_LOG_LEVEL");

    /** A misspelt name differs in at most this many characters. */
    private static final int MAX_DISTANCE = 2;

    private final Map<String, String> environment;
    private final ConfigFile file;

    Settings(Map<String, String> environment, ConfigFile file) {
        this.environment = environment;
        this.file = file;
    }

    @Override
    public @Nullable String defaultValue(ArgSpec arg) {
        if (!(arg instanceof OptionSpec option) || option.usageHelp() || option.versionHelp()) {
            return null;
        }
        String key = key(option);
        String value = value(environment, key);
        return value != null ? value : file.value(key);
    }

    /** The value of an option in the environment, if there is one. */
    static @Nullable String value(Map<String, String> environment, String key) {
        String value = environment.get(variable(key));
        return value == null || value.isEmpty() ? null : value;
    }

    /** Says of each variable with our prefix that is not an option of the command that it has no effect. */
    List<String> warnings(CommandSpec command) {
        Set<String> known =
                command.options().stream().map(option -> variable(key(option))).collect(Collectors.toSet());
        return new TreeMap<>(environment)
                .entrySet().stream()
                        .filter(variable -> variable.getKey().startsWith(PREFIX)
                                && !variable.getValue().isEmpty()
                                && !known.contains(variable.getKey())
                                && !NO_OPTIONS.contains(variable.getKey()))
                        .map(variable ->
                                "the environment variable " + variable.getKey() + " has no effect: there is no --"
                                        + option(variable.getKey())
                                        + near(variable.getKey(), known)
                                                .map(name -> "; did you mean " + name + "?")
                                                .orElse(""))
                        .toList();
    }

    private static Optional<String> near(String name, Set<String> known) {
        String rest = name.substring(PREFIX.length());
        return known.stream()
                .sorted()
                .filter(each -> each.endsWith("_" + rest)
                        || each.startsWith(name + "_")
                        || distance(each, name) <= MAX_DISTANCE)
                .findFirst();
    }

    /** How many characters have to be added, removed or replaced to make one text of the other (Levenshtein's distance). */
    private static int distance(String a, String b) {
        int[] row = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            row[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int replaced = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(replaced, 1 + Math.min(row[j], row[j - 1]));
            }
        }
        return row[b.length()];
    }

    /** The option as a key of the file: without its dashes. */
    static String key(OptionSpec option) {
        return option.longestName().replaceFirst("^--", "");
    }

    private static String variable(String key) {
        return PREFIX + key.replace('-', '_').toUpperCase(Locale.ROOT);
    }

    private static String option(String variable) {
        return variable.substring(PREFIX.length()).replace('_', '-').toLowerCase(Locale.ROOT);
    }
}
