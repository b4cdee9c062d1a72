package dev.rafthttp.sidecar.relay;

import dev.rafthttp.MemberId;

/** From one member to another. */
record Direction(MemberId from, MemberId to) {}
