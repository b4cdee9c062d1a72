/** Snapshots: databases that the node posts, and those that peers have sent. */
@NullMarked
package dev.rafthttp.sidecar.snapshots;

import org.jspecify.annotations.NullMarked;
