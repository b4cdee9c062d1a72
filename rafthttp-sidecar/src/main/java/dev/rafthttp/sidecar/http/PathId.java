package dev.rafthttp.sidecar.http;

import dev.rafthttp.MemberId;
import java.util.regex.Pattern;

/** Reads a member's ID in a request. Takes only the form in which the API writes it, so that a member has one URL. */
public final class PathId {
    private static final Pattern FORM = Pattern.compile("[1-9a-f][0-9a-f]{0,15}");

    private PathId() {}

    /**
     * Reads an ID.
     *
     * @throws IllegalArgumentException naming the value and what is expected
     */
    public static MemberId parse(String hex) {
        if (!FORM.matcher(hex).matches()) {
            throw new IllegalArgumentException(
                    "member ID \"" + hex + "\" is not 1 to 16 hexadecimal digits, lowercase and without a leading 0");
        }
        return MemberId.parse(hex);
    }
}
