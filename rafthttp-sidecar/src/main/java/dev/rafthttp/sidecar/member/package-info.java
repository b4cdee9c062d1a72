/** {@code rafthttp sidecar}: the transport of one Raft node, which may be written in anything. */
@NullMarked
package dev.rafthttp.sidecar.member;

import org.jspecify.annotations.NullMarked;
