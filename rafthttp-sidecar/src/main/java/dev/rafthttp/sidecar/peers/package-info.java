/** Peers: who the other members are, and which have been removed. */
@NullMarked
package dev.rafthttp.sidecar.peers;

import org.jspecify.annotations.NullMarked;
