package dev.rafthttp.sidecar.relay.standin;

import dev.rafthttp.ClusterId;
import dev.rafthttp.Dialect;
import dev.rafthttp.MemberId;
import java.net.URI;
import java.util.List;
import java.util.Optional;

/**
 * Where this relay stands: alone in front of a whole cluster, or beside one member with other relays at the ends of uplinks.
 * Immutable.
 *
 * <p>Alone, the stand-in of a member talks to all the others. Beside a member, those of the others talk to it and to nobody
 * else, and its own talks, over the uplinks, to the others. So what comes from a member is always at the stand-in that the
 * next one knows as that member: <em>a message that A sent leaves by the transport that stands for A</em>.
 *
 * @param cluster all members' cluster
 * @param local the member beside it; empty if the relay is alone
 * @param listenUplink where it listens for the other relays; there is one if there is a local member
 */
public record Topology(ClusterId cluster, Optional<MemberId> local, Optional<URI> listenUplink) {
    /** Whether this member is the one beside the relay. */
    public boolean isLocal(MemberId id) {
        return local.isPresent() && local.get().equals(id);
    }

    /** Where the stand-in of a member listens. */
    public List<URI> listens(RelayMember member) {
        return isLocal(member.id()) ? List.of(listenUplink.orElseThrow()) : member.fronts();
    }

    /** Whether the stand-in of one member talks to the other member. */
    boolean arePeers(MemberId standsFor, MemberId other) {
        return !standsFor.equals(other) && (local.isEmpty() || isLocal(standsFor) || isLocal(other));
    }

    /** Whether a member is reached directly, and not at the end of an uplink. */
    public boolean isDirect(MemberId id) {
        return local.isEmpty() || isLocal(id);
    }

    /** How a member's next hop speaks. */
    Dialect dialect(MemberId id) {
        return isDirect(id) ? Dialect.ETCD : Dialect.PUSH;
    }

    /** The name of a member's next hop in options and JSON. */
    public String nextHopName(MemberId id) {
        return isDirect(id) ? "target" : "uplink";
    }
}
