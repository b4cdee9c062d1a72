package dev.rafthttp;

import java.net.URI;
import java.util.List;

/**
 * Whether a member that is unknown here but names its own URLs ({@code X-PeerURLs}) becomes a remote, so that this member
 * can answer it. etcd always allows it; here that is the user's choice, since the URLs come from the network.
 */
@FunctionalInterface
public interface RemotePolicy {
    /** Adds none. */
    RemotePolicy DENY = (id, urls) -> false;

    /** Decides about one member. Must not block. */
    boolean allows(MemberId id, List<URI> urls);
}
