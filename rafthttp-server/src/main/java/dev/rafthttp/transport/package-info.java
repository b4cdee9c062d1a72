/** The whole transport for a Raft node in Java: the only place where the client half and the server half meet. */
@NullMarked
package dev.rafthttp.transport;

import org.jspecify.annotations.NullMarked;
