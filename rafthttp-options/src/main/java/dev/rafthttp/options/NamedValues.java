package dev.rafthttp.options;

import java.net.URI;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Reads an option of etcd's form {@code a=VALUE,b=VALUE}, where a name may stand several times: {@code --initial-cluster}
 * and similar options.
 */
public final class NamedValues {
    private NamedValues() {}

    /**
     * Reads an option.
     *
     * @param text null or empty if it was not given
     * @param value reads a value, or throws an IllegalArgumentException that says what is wrong
     * @param expected how a value looks
     * @return names and values in the order they were given, without those that are mistakes
     */
    public static <T> Map<String, List<T>> parse(
            String option, @Nullable String text, Function<String, T> value, String expected, Mistakes mistakes) {
        if (text == null || text.isBlank()) {
            return Map.of();
        }
        Map<String, List<T>> values = new LinkedHashMap<>();
        for (String part : text.split(",", -1)) {
            int equals = part.indexOf('=');
            String name = part.substring(0, Math.max(equals, 0)).strip();
            if (name.isEmpty()) {
                mistakes.add(option, part.strip(), "NAME=" + expected);
                continue;
            }
            try {
                T parsed = value.apply(part.substring(equals + 1).strip());
                values.computeIfAbsent(name, any -> new ArrayList<>()).add(parsed);
            } catch (IllegalArgumentException e) {
                mistakes.add(option, part.strip(), name + "=" + expected, String.valueOf(e.getMessage()));
            }
        }
        return Collections.unmodifiableMap(values);
    }

    /**
     * The names in such an option. Names whose values are mistakes are among them, so that they are not reported as missing too. A
     * part without a value counts as a name.
     */
    public static Set<String> names(@Nullable String text) {
        Set<String> names = new LinkedHashSet<>();
        if (text != null && !text.isBlank()) {
            for (String part : text.split(",", -1)) {
                names.add(part.split("=", 2)[0].strip());
            }
            names.remove("");
        }
        return names;
    }

    /** Reads an option in which each name stands once. */
    public static <T> Map<String, T> parseSingle(
            String option, @Nullable String text, Function<String, T> value, String expected, Mistakes mistakes) {
        Map<String, T> single = new LinkedHashMap<>();
        parse(option, text, value, expected, mistakes).forEach((name, values) -> {
            if (values.size() > 1) {
                mistakes.add(option, String.valueOf(text), "the name " + name + " once");
            }
            single.put(name, values.get(0));
        });
        return Collections.unmodifiableMap(single);
    }

    /** Reads an option whose values are {@code http://HOST:PORT}. */
    public static Map<String, List<URI>> urls(String option, @Nullable String text, Mistakes mistakes) {
        return parse(option, text, HttpUrl::parse, HttpUrl.EXPECTED, mistakes);
    }

    /** Reads an option whose values are {@code http://HOST:PORT} or {@code https://HOST:PORT}. */
    public static Map<String, List<URI>> peerUrls(String option, @Nullable String text, Mistakes mistakes) {
        return parse(option, text, HttpUrl::parsePeer, HttpUrl.EXPECTED_OF_PEER, mistakes);
    }

    /** Reads an option whose values are {@code http://HOST:PORT}, one per name. */
    public static Map<String, URI> singleUrls(String option, @Nullable String text, Mistakes mistakes) {
        return parseSingle(option, text, HttpUrl::parse, HttpUrl.EXPECTED, mistakes);
    }
}
