package dev.rafthttp;

/**
 * The ID of a Raft member: an unsigned 64-bit number, printed as etcd prints it.
 *
 * @param value the ID's 64 bits, never 0, which Raft keeps for "no member"
 */
public record MemberId(long value) implements Comparable<MemberId> {

    public MemberId {
        if (value == 0) {
            throw new IllegalArgumentException("member ID is 0, which Raft keeps for \"no member\"");
        }
    }

    /**
     * Reads an ID in etcd's form.
     *
     * @param hex 1 to 16 hexadecimal digits, as in {@code 8e9e05c52164694d}
     * @throws IllegalArgumentException if {@code hex} is anything else, or is zero
     */
    public static MemberId parse(String hex) {
        return new MemberId(HexId.parse("member ID", hex));
    }

    /** Orders IDs as unsigned numbers. */
    @Override
    public int compareTo(MemberId other) {
        return Long.compareUnsigned(value, other.value);
    }

    /** Lowercase hexadecimal without padding. */
    @Override
    public String toString() {
        return Long.toHexString(value);
    }
}
