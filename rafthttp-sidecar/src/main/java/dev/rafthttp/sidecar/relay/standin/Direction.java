package dev.rafthttp.sidecar.relay.standin;

import dev.rafthttp.MemberId;

/** From one member to another. */
public record Direction(MemberId from, MemberId to) {}
