package dev.rafthttp.sidecar.relay.standin;

import dev.rafthttp.MemberId;
import java.net.URI;
import java.util.List;

/**
 * A member of the cluster, as the relay sees it.
 *
 * @param id the member
 * @param name what users call it
 * @param fronts its advertised peer URLs, where the other members look for it; 1 or more
 * @param nextHop where the relay reaches it: its target or, from beside another member, its relay's uplink
 */
public record RelayMember(MemberId id, String name, List<URI> fronts, URI nextHop) {
    public RelayMember {
        fronts = List.copyOf(fronts);
    }
}
