/**
 * The node side of a sidecar, for a Raft node in Java: {@link dev.rafthttp.sidecarclient.SidecarClient}.
 *
 * <p>The sidecar carries the node's messages to its peers, so that the node has no transport of its own in its process.
 */
@NullMarked
package dev.rafthttp.sidecarclient;

import org.jspecify.annotations.NullMarked;
