package dev.rafthttp.sidecar.member;

import dev.rafthttp.ClusterId;
import dev.rafthttp.Dialect;
import dev.rafthttp.HeapLimits;
import dev.rafthttp.MemberId;
import dev.rafthttp.ServerVersion;
import dev.rafthttp.sidecar.events.MemberNames;
import dev.rafthttp.sidecar.http.ApiToken;
import dev.rafthttp.sidecar.peers.NodePeer;
import dev.rafthttp.tls.PeerTls;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * How to run a sidecar, checked as a whole by {@link SidecarChecks}.
 *
 * @param member that the node is
 * @param names what people call members, this one among them
 * @param advertised where peers are told to reach it
 * @param listenPeers where peers reach it
 * @param peers all other members
 * @param tls between members; empty: none
 * @param dialect of peers that are added without saying theirs
 * @param version of etcd to pass for
 * @param listenNode where the node reaches the sidecar
 * @param token that the node must send; empty: none
 * @param callback where to post received messages; empty: the node reads them
 * @param snapshotDir where received databases are kept
 * @param stateDir where peers changed at run time are kept
 * @param grace how long the end may take
 * @param limits of what messages may take
 */
record SidecarOptions(
        MemberId member,
        ClusterId cluster,
        MemberNames names,
        List<URI> advertised,
        List<URI> listenPeers,
        List<NodePeer> peers,
        Optional<PeerTls> tls,
        Dialect dialect,
        ServerVersion version,
        URI listenNode,
        Optional<ApiToken> token,
        Optional<URI> callback,
        Path snapshotDir,
        Path stateDir,
        Duration grace,
        HeapLimits limits) {}
