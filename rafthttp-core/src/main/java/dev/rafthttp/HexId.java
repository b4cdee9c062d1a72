package dev.rafthttp;

import java.util.HexFormat;

/** Reads the form in which etcd prints every ID. */
final class HexId {
    private static final int MAX_DIGITS = 16;

    private HexId() {}

    static long parse(String what, String hex) {
        boolean digitsOnly = hex.chars().allMatch(HexFormat::isHexDigit);
        if (hex.isEmpty() || hex.length() > MAX_DIGITS || !digitsOnly) {
            throw new IllegalArgumentException(what + " \"" + hex + "\" is not 1 to 16 hexadecimal digits");
        }
        return HexFormat.fromHexDigitsToLong(hex);
    }
}
