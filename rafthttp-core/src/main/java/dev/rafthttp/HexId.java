package dev.rafthttp;

/** Reads the form in which etcd prints every ID. */
final class HexId {
    private static final int MAX_DIGITS = 16;

    private HexId() {}

    static long parse(String what, String hex) {
        try {
            if (hex.isEmpty() || hex.length() > MAX_DIGITS || !Character.isLetterOrDigit(hex.charAt(0))) {
                throw new NumberFormatException();
            }
            return Long.parseUnsignedLong(hex, 16);
        } catch (NumberFormatException notHex) {
            throw new IllegalArgumentException(what + " \"" + hex + "\" is not 1 to 16 hexadecimal digits");
        }
    }
}
