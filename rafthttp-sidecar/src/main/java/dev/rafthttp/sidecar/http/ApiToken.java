package dev.rafthttp.sidecar.http;

import dev.rafthttp.options.Mistakes;
import dev.rafthttp.options.Values;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.util.Collections;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The token that a request must have, {@code Authorization: Bearer TOKEN}. Never printed. */
public final class ApiToken {
    private static final Logger LOG = LoggerFactory.getLogger(ApiToken.class);

    private static final String SCHEME = "Bearer ";

    /** What lets other users take the token, or set their own. The group may read: Kubernetes gives a pod its secrets in this way. */
    private static final Set<PosixFilePermission> TOO_WIDE =
            Set.of(PosixFilePermission.GROUP_WRITE, PosixFilePermission.OTHERS_READ, PosixFilePermission.OTHERS_WRITE);

    private final Path file;
    private final byte[] token;

    private ApiToken(Path file, byte[] token) {
        this.file = file;
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
        return new ApiToken(file, token.getBytes(StandardCharsets.US_ASCII));
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

    /**
     * Logs a warning if users other than the file's owner and group may read the file, or if users other than its owner may write it.
     * Does nothing where files have no POSIX permissions. Follows symbolic links.
     */
    void warnIfOthersMayUseItsFile() {
        try {
            Set<PosixFilePermission> mode = Files.getPosixFilePermissions(file);
            if (!Collections.disjoint(mode, TOO_WIDE)) {
                LOG.warn(
                        "the file with the token, {}, has mode {}: expected at most rw-r-----, since otherwise every user of"
                                + " this machine may use the API; chmod 600 makes it private",
                        file,
                        PosixFilePermissions.toString(mode));
            }
        } catch (UnsupportedOperationException e) {
            LOG.debug("{} is on a file system without modes", file, e);
        } catch (IOException e) {
            LOG.warn("the mode of the file with the token, {}, cannot be read", file, e);
        }
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
