package dev.rafthttp.cluster;

import java.io.IOException;
import java.util.Optional;

/** One member of a replicated store, as a client sees it. Thread-safe. */
interface Store {

    /**
     * Writes through this member, whoever leads, and returns once that is acknowledged.
     *
     * @throws IOException if it was refused, or it is not known whether it took place
     */
    void put(String key, String value) throws IOException, InterruptedException;

    /** Reads from this member's own copy, which may be behind. */
    Optional<String> get(String key) throws IOException, InterruptedException;

    /** Copies all that this member has. */
    Replica replica() throws IOException, InterruptedException;

    /** Whether this member believes to lead. */
    boolean isLeader() throws IOException, InterruptedException;
}
