package dev.rafthttp;

import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Collection;
import java.util.List;

/**
 * Derives the IDs that etcd gives to the members of a new cluster, so that users name members instead of inventing numbers;
 * etcd's {@code membership.NewMember} and {@code genID}. A member that joined later mixed the time of day into its ID, which
 * can therefore not be derived.
 */
public final class ClusterIdentity {
    private ClusterIdentity() {}

    /**
     * The ID of a member that was there when its cluster was first started.
     *
     * @param peerUrls the member's advertised peer URLs, in any order; 1 or more of {@code http://host:port}
     * @param token the cluster's token, etcd's {@code --initial-cluster-token}; may be empty
     * @throws IllegalArgumentException if a URL is of another form, or there is none
     */
    public static MemberId memberId(List<URI> peerUrls, String token) {
        MessageDigest sha1 = sha1();
        // WIRE: the URLs in byte order and without separators, then the token.
        PeerUrls.check(peerUrls).stream()
                .map(URI::toString)
                .sorted()
                .forEach(url -> sha1.update(url.getBytes(StandardCharsets.UTF_8)));
        sha1.update(token.getBytes(StandardCharsets.UTF_8));
        return new MemberId(firstEightBytes(sha1));
    }

    /**
     * The ID of a cluster.
     *
     * @param members the members it was first started with, in any order, 1 or more
     * @throws IllegalArgumentException if there is none
     */
    public static ClusterId clusterId(Collection<MemberId> members) {
        if (members.isEmpty()) {
            throw new IllegalArgumentException("a cluster has at least one member");
        }
        MessageDigest sha1 = sha1();
        ByteBuffer id = ByteBuffer.allocate(Long.BYTES);
        members.stream()
                .sorted()
                .forEach(
                        member -> sha1.update(id.clear().putLong(member.value()).array()));
        return new ClusterId(firstEightBytes(sha1));
    }

    private static long firstEightBytes(MessageDigest sha1) {
        return ByteBuffer.wrap(sha1.digest()).getLong();
    }

    private static MessageDigest sha1() {
        try {
            return MessageDigest.getInstance("SHA-1");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("this Java has no SHA-1, which every Java must have", e);
        }
    }
}
