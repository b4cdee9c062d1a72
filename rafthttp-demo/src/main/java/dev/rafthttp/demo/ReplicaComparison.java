package dev.rafthttp.demo;

import com.google.protobuf.ByteString;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Says in what replicas differ. */
final class ReplicaComparison {
    private ReplicaComparison() {}

    /** The differences of every replica from the first; empty if all are equal. */
    static List<String> differences(List<Replica> replicas) {
        List<String> differences = new ArrayList<>();
        Replica first = replicas.get(0);
        for (Replica other : replicas.subList(1, replicas.size())) {
            if (other.appliedIndex() != first.appliedIndex()) {
                differences.add("member " + other.member() + " is at index " + other.appliedIndex() + ", member "
                        + first.member() + " at " + first.appliedIndex());
            }
            if (!other.entries().equals(first.entries())) {
                addKeys(differences, first, other);
            } else if (!other.digest().equals(first.digest())) {
                differences.add("members " + first.member() + " and " + other.member()
                        + " have equal maps but different digests, " + first.digest() + " and " + other.digest());
            }
        }
        return differences;
    }

    private static void addKeys(List<String> differences, Replica first, Replica other) {
        Set<String> keys = new TreeSet<>(first.entries().keySet());
        keys.addAll(other.entries().keySet());
        keys.removeIf(
                key -> Objects.equals(first.entries().get(key), other.entries().get(key)));
        for (String key : keys) {
            differences.add("key " + key + ": " + told(first, key) + " at member " + first.member() + ", "
                    + told(other, key) + " at member " + other.member());
        }
    }

    private static String told(Replica replica, String key) {
        @Nullable ByteString value = replica.entries().get(key);
        return value == null ? "absent" : "\"" + value.toStringUtf8() + "\"";
    }
}
