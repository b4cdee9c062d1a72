/** Peers: the other members, and the members that have been removed. */
@NullMarked
package dev.rafthttp.sidecar.peers;

import org.jspecify.annotations.NullMarked;
