package dev.rafthttp.sidecar.options;

import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.IDefaultValueProvider;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.OptionSpec;

/**
 * Gives an option that is not on the command line its value from elsewhere: {@code --listen-node} from
 * {@code RAFTHTTP_LISTEN_NODE} in the environment or, failing that, from {@code listen-node} in the file.
 */
public final class Settings implements IDefaultValueProvider {
    private static final String PREFIX = "RAFTHTTP_";

    private final Map<String, String> environment;
    private final ConfigFile file;

    public Settings(Map<String, String> environment, ConfigFile file) {
        this.environment = environment;
        this.file = file;
    }

    @Override
    public @Nullable String defaultValue(ArgSpec arg) {
        if (!(arg instanceof OptionSpec option) || option.usageHelp()) {
            return null;
        }
        String key = key(option);
        String value = environment.get(variable(key));
        return value != null ? value : file.value(key);
    }

    /** The option as a key of the file: without its dashes. */
    static String key(OptionSpec option) {
        return option.longestName().replaceFirst("^--", "");
    }

    /** The option as a variable of the environment. */
    static String variable(String key) {
        return PREFIX + key.replace('-', '_').toUpperCase(Locale.ROOT);
    }
}
