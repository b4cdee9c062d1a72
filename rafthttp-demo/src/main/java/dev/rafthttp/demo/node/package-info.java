/** {@code rafthttp node}: one member in a process of its own, behind its sidecar. */
@NullMarked
package dev.rafthttp.demo.node;

import org.jspecify.annotations.NullMarked;
