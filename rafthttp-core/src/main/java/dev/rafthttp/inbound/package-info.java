/** What comes from one peer: its streams, and the way from them to Raft. */
@NullMarked
package dev.rafthttp.inbound;

import org.jspecify.annotations.NullMarked;
