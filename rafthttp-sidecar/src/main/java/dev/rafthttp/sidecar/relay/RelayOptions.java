package dev.rafthttp.sidecar.relay;

import dev.rafthttp.HeapLimits;
import dev.rafthttp.sidecar.http.ApiToken;
import dev.rafthttp.sidecar.relay.standin.RelayMember;
import dev.rafthttp.sidecar.relay.standin.Topology;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * How to run a relay, checked as a whole by {@link RelayCommand}.
 *
 * @param members in the order of {@code --initial-cluster}
 * @param listenNode where the HTTP API listens
 * @param token what requests to the API must have
 * @param shutdownGrace how long the end may take
 * @param stateDir where members added and removed at run time are kept
 * @param limits of what messages may take
 */
record RelayOptions(
        Topology topology,
        List<RelayMember> members,
        URI listenNode,
        Optional<ApiToken> token,
        Duration shutdownGrace,
        Path stateDir,
        HeapLimits limits) {}
