package dev.rafthttp.sidecar.relay;

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
 * @param shutdownGrace how long the end may take
 * @param stateDir where members added and removed at run time are kept; empty: they are forgotten at the end
 */
record RelayOptions(
        Topology topology,
        List<RelayMember> members,
        URI listenNode,
        Duration shutdownGrace,
        Optional<Path> stateDir) {}
