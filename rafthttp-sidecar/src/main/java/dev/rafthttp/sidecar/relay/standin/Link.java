package dev.rafthttp.sidecar.relay.standin;

import dev.rafthttp.Lane;
import dev.rafthttp.MemberId;

/** One lane of one direction: what a stream between two members is for. */
record Link(MemberId from, MemberId to, Lane lane) {
    @Override
    public String toString() {
        return from + " → " + to + " (" + lane.label() + ")";
    }
}
