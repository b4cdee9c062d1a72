/** A peer: its lanes, queues, streams and accounts. Knows no HTTP library; the client and server modules bring the I/O. */
@NullMarked
package dev.rafthttp.peer;

import org.jspecify.annotations.NullMarked;
