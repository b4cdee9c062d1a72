package dev.rafthttp.sidecar.relay.standin;

import dev.rafthttp.MemberId;
import dev.rafthttp.StreamType;

/** One lane of one direction: what a stream between two members is for. */
record Link(MemberId from, MemberId to, StreamType type) {
    @Override
    public String toString() {
        return from + " → " + to + " (" + type.label() + ")";
    }
}
