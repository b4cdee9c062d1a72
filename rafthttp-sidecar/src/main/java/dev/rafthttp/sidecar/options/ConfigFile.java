package dev.rafthttp.sidecar.options;

import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;

/** The YAML file of {@code --config}: options without their dashes, each with a value or a list of values. Immutable. */
public final class ConfigFile {
    /** No file. */
    public static final ConfigFile NONE = new ConfigFile("", Map.of());

    static final String OPTION = "--config";

    private final String name;
    private final Map<String, String> values;

    private ConfigFile(String name, Map<String, String> values) {
        this.name = name;
        this.values = values;
    }

    /**
     * The file that a command line or the environment names, {@link #NONE} if they name none.
     *
     * @param mistakes gets what is wrong with it
     */
    public static ConfigFile ofCommandLine(String[] args, Map<String, String> environment, Mistakes mistakes) {
        String name = environment.get(Settings.variable(OPTION.substring(2)));
        for (int i = 0; i < args.length; i++) {
            if (args[i].startsWith(OPTION + "=")) {
                name = args[i].substring(OPTION.length() + 1);
            } else if (args[i].equals(OPTION) && i + 1 < args.length) {
                name = args[i + 1];
            }
        }
        return name == null ? NONE : read(name, mistakes);
    }

    /**
     * Reads a file.
     *
     * @param mistakes gets what is wrong with it; {@link #NONE} is returned then
     */
    static ConfigFile read(String name, Mistakes mistakes) {
        Object content;
        try (Reader reader = Files.newBufferedReader(Path.of(name))) {
            content = new Yaml(new SafeConstructor(new LoaderOptions())).load(reader);
        } catch (IOException | InvalidPathException e) {
            mistakes.add(OPTION, name, "a file that can be read, not " + e);
            return NONE;
        } catch (MarkedYAMLException e) {
            int line = e.getProblemMark() == null ? 1 : e.getProblemMark().getLine() + 1;
            mistakes.add(OPTION, name, "a YAML file, not one with a line " + line + " where " + e.getProblem());
            return NONE;
        } catch (YAMLException e) {
            mistakes.add(
                    OPTION,
                    name,
                    "a YAML file, not one where "
                            + String.valueOf(e.getMessage()).lines().findFirst().orElse(""));
            return NONE;
        }
        if (content == null) {
            return NONE;
        }
        if (!(content instanceof Map<?, ?> map)) {
            mistakes.add(OPTION, name, "a YAML file of \"option: value\" lines");
            return NONE;
        }
        Map<String, String> values = new LinkedHashMap<>();
        map.forEach((key, value) -> take(name, String.valueOf(key), value, values, mistakes));
        return new ConfigFile(name, values);
    }

    private static void take(
            String name, String key, @Nullable Object value, Map<String, String> values, Mistakes mistakes) {
        if (value instanceof Map) {
            mistakes.add(OPTION, name, "a value or a list of values for " + key + ", not a map");
        } else if (value instanceof Collection<?> list) {
            values.put(key, list.stream().map(String::valueOf).collect(Collectors.joining(",")));
        } else if (value != null) {
            values.put(key, value.toString());
        }
    }

    @Nullable String value(String key) {
        return values.get(key);
    }

    /** Names the keys that are no options. */
    void check(Set<String> known, Mistakes mistakes) {
        for (String key : values.keySet()) {
            if (!known.contains(key)) {
                mistakes.add(OPTION, name, "keys that are options of this command, which " + key + " is not");
            }
        }
    }
}
