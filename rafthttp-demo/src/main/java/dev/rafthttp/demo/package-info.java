/** The demo: a replicated key-value store on MicroRaft, as a command in one process, and as a node beside a sidecar. */
@NullMarked
package dev.rafthttp.demo;

import org.jspecify.annotations.NullMarked;
