package dev.rafthttp;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A semantic version as members announce it to each other, of which only {@code major.minor} decides compatibility.
 *
 * <p>WIRE: an etcd that is told a malformed version panics, and its process ends; so there is none.
 *
 * @param major 0 to 999,999,999
 * @param minor 0 to 999,999,999
 * @param patch 0 to 999,999,999
 */
public record ServerVersion(int major, int minor, int patch) {
    /** What a member that announces no version speaks: etcd 2.0, from before the header existed. */
    public static final ServerVersion UNANNOUNCED = new ServerVersion(2, 0, 0);

    /** What {@link #parse} reads in nine digits. */
    private static final int MAX_NUMBER = 999_999_999;

    private static final Pattern SEMVER =
            Pattern.compile("(\\d{1,9})\\.(\\d{1,9})\\.(\\d{1,9})(?:-[0-9A-Za-z.-]+)?(?:\\+[0-9A-Za-z.-]+)?");

    /** @throws IllegalArgumentException if a number is out of its range */
    public ServerVersion {
        check("major", major);
        check("minor", minor);
        check("patch", patch);
    }

    private static void check(String what, int number) {
        if (number < 0 || number > MAX_NUMBER) {
            throw new IllegalArgumentException(what + " version number is " + number + ", not in 0 to " + MAX_NUMBER);
        }
    }

    /**
     * Reads {@code major.minor.patch}; a pre-release or build suffix is allowed and ignored.
     *
     * @throws IllegalArgumentException if {@code text} is not of that form
     */
    public static ServerVersion parse(String text) {
        Matcher matcher = SEMVER.matcher(text);
        if (!matcher.matches()) {
            throw new IllegalArgumentException("version \"" + text + "\" is not of the form major.minor.patch");
        }
        return new ServerVersion(
                Integer.parseInt(matcher.group(1)),
                Integer.parseInt(matcher.group(2)),
                Integer.parseInt(matcher.group(3)));
    }

    /** Whether this version's {@code major.minor} is lower than the other's. */
    public boolean isBefore(ServerVersion other) {
        return major != other.major ? major < other.major : minor < other.minor;
    }

    @Override
    public String toString() {
        return major + "." + minor + "." + patch;
    }
}
