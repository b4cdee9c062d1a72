package dev.rafthttp.demo.kv;

import com.google.protobuf.ByteString;
import dev.rafthttp.MemberId;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * A copy of one member's map.
 *
 * @param member whose it is
 * @param appliedIndex the log index up to which it has taken commands
 * @param entries the map
 */
public record Replica(MemberId member, long appliedIndex, NavigableMap<String, ByteString> entries) {

    /** SHA-256 of the entries in key order, each key and value after its length. */
    public String digest() {
        MessageDigest sha256;
        try {
            sha256 = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException impossible) {
            throw new AssertionError("every Java platform has SHA-256", impossible);
        }
        entries.forEach((key, value) -> {
            update(sha256, ByteString.copyFromUtf8(key));
            update(sha256, value);
        });
        return HexFormat.of().formatHex(sha256.digest());
    }

    /** The differences of every replica from the first; empty if all are equal. */
    public static List<String> differences(List<Replica> replicas) {
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

    private static void update(MessageDigest digest, ByteString bytes) {
        digest.update(ByteBuffer.allocate(Integer.BYTES).putInt(0, bytes.size()));
        digest.update(bytes.asReadOnlyByteBuffer());
    }
}
