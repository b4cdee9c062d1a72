/** What an embedding Raft node sees of the transport. */
@NullMarked
package dev.rafthttp;

import org.jspecify.annotations.NullMarked;
