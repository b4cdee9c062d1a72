/**
 * Binds MicroRaft to a {@link dev.rafthttp.RaftTransport}: MicroRaft's messages travel as raftpb's.
 *
 * <p>A member has one {@link dev.rafthttp.microraft.RaftpbMapping}. Its {@link dev.rafthttp.microraft.MicroRaftCallback} is given
 * to the transport, its {@link dev.rafthttp.microraft.MicroRaftTransport} to MicroRaft.
 */
@NullMarked
package dev.rafthttp.microraft;

import org.jspecify.annotations.NullMarked;
