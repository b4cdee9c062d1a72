package dev.rafthttp.demo;

import com.google.protobuf.ByteString;
import dev.rafthttp.MemberId;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.NavigableMap;

/**
 * A copy of one member's map.
 *
 * @param member whose it is
 * @param appliedIndex the log index up to which it has taken commands
 * @param entries the map
 */
record Replica(MemberId member, long appliedIndex, NavigableMap<String, ByteString> entries) {

    /** SHA-256 of the entries in key order, each key and value after its length. */
    String digest() {
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

    private static void update(MessageDigest digest, ByteString bytes) {
        digest.update(ByteBuffer.allocate(Integer.BYTES).putInt(0, bytes.size()));
        digest.update(bytes.asReadOnlyByteBuffer());
    }
}
