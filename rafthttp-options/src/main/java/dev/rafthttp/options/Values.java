package dev.rafthttp.options;

import dev.rafthttp.ClusterId;
import dev.rafthttp.MemberId;
import java.net.URI;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Reads options with one value each. An option that is not given, or is a mistake, is empty. */
public final class Values {
    /** How an ID looks. */
    public static final String ID = "1 to 16 hexadecimal digits, as in 8e9e05c52164694d";

    private Values() {}

    /** Reads {@code http://HOST:PORT}. */
    public static Optional<URI> url(String option, @Nullable String text, Mistakes mistakes) {
        return url(option, text, HttpUrl::parse, HttpUrl.EXPECTED, mistakes);
    }

    /** Reads {@code http://HOST:PORT} or {@code https://HOST:PORT}. */
    public static Optional<URI> peerUrl(String option, @Nullable String text, Mistakes mistakes) {
        return url(option, text, HttpUrl::parsePeer, HttpUrl.EXPECTED_OF_PEER, mistakes);
    }

    private static Optional<URI> url(
            String option, @Nullable String text, Function<String, URI> value, String expected, Mistakes mistakes) {
        if (text == null) {
            return Optional.empty();
        }
        try {
            return Optional.of(value.apply(text));
        } catch (IllegalArgumentException e) {
            mistakes.add(option, text, expected, String.valueOf(e.getMessage()));
            return Optional.empty();
        }
    }

    /** Reads a cluster's ID. */
    public static Optional<ClusterId> clusterId(String option, @Nullable String text, Mistakes mistakes) {
        return parse(option, text, ClusterId::parse, ID, mistakes);
    }

    /** Reads a member's ID. */
    public static Optional<MemberId> memberId(String option, @Nullable String text, Mistakes mistakes) {
        return parse(option, text, MemberId::parse, ID, mistakes);
    }

    /** Reads the name of a file or folder, which need not exist. */
    public static Optional<Path> path(String option, @Nullable String text, String expected, Mistakes mistakes) {
        return parse(option, text, Values::path, expected, mistakes);
    }

    private static Path path(String text) {
        try {
            return Path.of(text);
        } catch (InvalidPathException e) {
            throw new IllegalArgumentException(e.getMessage(), e);
        }
    }

    /**
     * Reads anything.
     *
     * @param value reads it, or throws an IllegalArgumentException that says what is wrong
     * @param expected how it looks
     */
    public static <T> Optional<T> parse(
            String option, @Nullable String text, Function<String, T> value, String expected, Mistakes mistakes) {
        if (text == null) {
            return Optional.empty();
        }
        try {
            return Optional.of(value.apply(text));
        } catch (IllegalArgumentException e) {
            mistakes.add(option, text, expected);
            return Optional.empty();
        }
    }
}
