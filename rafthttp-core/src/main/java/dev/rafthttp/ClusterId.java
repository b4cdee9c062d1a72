package dev.rafthttp;

/**
 * The ID of a cluster: an unsigned 64-bit number, printed as etcd prints it. Members with different ones refuse each other.
 *
 * @param value the ID's 64 bits
 */
public record ClusterId(long value) {

    /**
     * Reads an ID in etcd's form.
     *
     * @param hex 1 to 16 hexadecimal digits
     * @throws IllegalArgumentException if {@code hex} is anything else
     */
    public static ClusterId parse(String hex) {
        return new ClusterId(HexId.parse("cluster ID", hex));
    }

    /** Lowercase hexadecimal without padding. */
    @Override
    public String toString() {
        return Long.toHexString(value);
    }
}
