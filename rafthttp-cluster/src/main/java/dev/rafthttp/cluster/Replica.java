package dev.rafthttp.cluster;

import java.util.Map;

/**
 * A member's copy of the store.
 *
 * @param position how far it has got, in the store's own count: two that are at the same one must be equal
 * @param entries all keys and values
 */
record Replica(long position, Map<String, String> entries) {}
