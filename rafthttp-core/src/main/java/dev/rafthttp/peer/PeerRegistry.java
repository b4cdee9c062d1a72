package dev.rafthttp.peer;

import dev.rafthttp.MemberId;
import java.util.List;
import java.util.Optional;

/** The peers there are now, as the inbound side needs them. The client module's peer manager is one. Any thread. */
public interface PeerRegistry {

    /** A peer or remote, if it was added and not removed. */
    Optional<Peer> find(MemberId id);

    /** All peers and remotes, in no order. */
    List<Peer> all();

    /**
     * A member that is not known here sent a request that names its own URLs. Makes it a remote, if the configured policy
     * and bound allow it.
     *
     * @param peerUrls the value of {@code X-PeerURLs}: URLs, comma-separated. Anything else is ignored
     */
    void introduced(MemberId id, String peerUrls);

    /** Whether streams may be accepted: started and not closed. */
    boolean isRunning();
}
