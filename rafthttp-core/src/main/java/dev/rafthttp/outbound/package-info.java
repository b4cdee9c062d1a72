/** What goes to one peer: its lanes, their queues and streams, and the pipeline. */
@NullMarked
package dev.rafthttp.outbound;

import org.jspecify.annotations.NullMarked;
