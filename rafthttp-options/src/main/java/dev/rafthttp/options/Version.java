package dev.rafthttp.options;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Objects;

/** The version of this project, which the build writes into a file beside this class. */
public final class Version {
    private Version() {}

    /** The version, as in the names of the jars. */
    public static String text() {
        try (InputStream file = Objects.requireNonNull(Version.class.getResourceAsStream("version.txt"))) {
            return new String(file.readAllBytes(), StandardCharsets.UTF_8).strip();
        } catch (IOException e) {
            throw new UncheckedIOException("version.txt of the jar cannot be read", e);
        }
    }
}
