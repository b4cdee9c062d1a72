package dev.rafthttp.options;

import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;

/** The YAML file of {@code --config-file}: options without their dashes, each with a value or a list of values. Immutable. */
final class ConfigFile {
    /** No file. */
    static final ConfigFile NONE = new ConfigFile("", Map.of(), Map.of());

    static final String OPTION = "--config-file";

    private final String name;
    private final Map<String, String> values;

    /** The line of each key, also of a key without a value. */
    private final Map<String, Integer> lines;

    private ConfigFile(String name, Map<String, String> values, Map<String, Integer> lines) {
        this.name = name;
        this.values = values;
        this.lines = lines;
    }

    /**
     * The file that a command line or the environment names, {@link #NONE} if they name none.
     *
     * @param mistakes gets what is wrong with it
     */
    static ConfigFile ofCommandLine(String[] args, Map<String, String> environment, Mistakes mistakes) {
        String name = Settings.value(environment, OPTION.substring(2));
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
     * Reads a file. Its values are text, as written there, because a type would change some: 1.10 would become 1.1, and 010 would
     * become 8.
     *
     * @param mistakes gets what is wrong with it; {@link #NONE} is returned if it is no YAML
     */
    static ConfigFile read(String name, Mistakes mistakes) {
        Node content;
        try (Reader reader = Files.newBufferedReader(Path.of(name))) {
            content = new Yaml().compose(reader);
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
        if (!(content instanceof MappingNode map)) {
            mistakes.add(OPTION, name, "a YAML file of \"option: value\" lines");
            return NONE;
        }
        ConfigFile file = new ConfigFile(name, new LinkedHashMap<>(), new LinkedHashMap<>());
        map.getValue().forEach(each -> file.take(each.getKeyNode(), each.getValueNode(), mistakes));
        return file;
    }

    private void take(Node keyNode, Node valueNode, Mistakes mistakes) {
        if (!(keyNode instanceof ScalarNode scalar)) {
            mistakes.add(OPTION, name, "options as keys, but line " + line(keyNode) + " has a list or a map as a key");
            return;
        }
        String key = scalar.getValue();
        Integer before = lines.putIfAbsent(key, line(keyNode));
        if (before != null) {
            mistakes.add(
                    OPTION,
                    name,
                    "each key once, but line " + line(keyNode) + " has " + key + " again, after line " + before);
            return;
        }
        List<Node> parts = valueNode instanceof SequenceNode list ? list.getValue() : List.of(valueNode);
        List<String> texts = new ArrayList<>();
        for (Node part : parts) {
            if (!(part instanceof ScalarNode value)) {
                mistakes.add(
                        OPTION,
                        name,
                        "a value or a list of values for " + key + ", but line " + line(part) + " has a "
                                + (part instanceof MappingNode ? "map" : "list")
                                + (valueNode instanceof SequenceNode ? " in the list" : ""));
                return;
            }
            if (!value.isPlain() || !value.getValue().isEmpty()) {
                texts.add(value.getValue());
            }
        }
        if (!texts.isEmpty()) {
            values.put(key, String.join(",", texts));
        }
    }

    private static int line(Node node) {
        return node.getStartMark().getLine() + 1;
    }

    @Nullable String value(String key) {
        return values.get(key);
    }

    /** Names the keys that are no options. */
    void check(Set<String> known, Mistakes mistakes) {
        lines.forEach((key, line) -> {
            if (!known.contains(key)) {
                mistakes.add(
                        OPTION,
                        name,
                        "keys that are options of this command, which " + key + " in line " + line + " is not");
            }
        });
    }
}
