package dev.rafthttp.demo;

/** Terms are 64 bits in raftpb and 31 in MicroRaft. */
final class Terms {

    private Terms() {}

    /**
     * A term from the wire.
     *
     * @throws IllegalArgumentException if MicroRaft cannot hold it
     */
    static int fromRaftpb(long term) {
        if (term < 0 || term > Integer.MAX_VALUE) {
            throw new IllegalArgumentException(
                    "term is " + Long.toUnsignedString(term) + ", not in 0 to " + Integer.MAX_VALUE);
        }
        return (int) term;
    }
}
