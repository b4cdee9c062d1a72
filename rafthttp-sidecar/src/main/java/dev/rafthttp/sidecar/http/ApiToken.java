package dev.rafthttp.sidecar.http;

import dev.rafthttp.options.Mistakes;
import dev.rafthttp.options.Values;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The token that a request must have, {@code Authorization: Bearer TOKEN}. Never printed. */
public final class ApiToken {
    private static final String SCHEME = "Bearer ";

    private final byte[] token;

    private ApiToken(byte[] token) {
        this.token = token;
    }

    /**
     * Reads a token from a file, without the white space around it.
     *
     * @throws IOException if the file cannot be read, or has no token
     */
    public static ApiToken read(Path file) throws IOException {
        String token = Files.readString(file).strip();
        if (token.isEmpty() || token.chars().anyMatch(c -> c <= ' ' || c > '~')) {
            throw new IOException(
                    "it has " + (token.isEmpty() ? "nothing" : "blanks or characters that are not ASCII"));
        }
        return new ApiToken(token.getBytes(StandardCharsets.US_ASCII));
    }

    /** Reads the token of an option; empty if it is not given, or there is none in the file, which is a mistake. */
    public static Optional<ApiToken> of(String option, @Nullable String file, Mistakes mistakes) {
        return Values.path(option, file, "a file with a token", mistakes).flatMap(path -> {
            try {
                return Optional.of(read(path));
            } catch (IOException e) {
                mistakes.add(option, path.toString(), "a file with a token, not: " + e.getMessage());
                return Optional.empty();
            }
        });
    }

    /** The token itself, for a client. */
    public String secret() {
        return new String(token, StandardCharsets.US_ASCII);
    }

    /** Compares in a time that does not depend on how much of the token is right. */
    boolean isCarriedBy(@Nullable String authorization) {
        return authorization != null
                && authorization.regionMatches(true, 0, SCHEME, 0, SCHEME.length())
                && MessageDigest.isEqual(
                        token, authorization.substring(SCHEME.length()).strip().getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public String toString() {
        return "a token";
    }
}
