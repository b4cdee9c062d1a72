/** Snapshots with their databases on their way, counted. */
@NullMarked
package dev.rafthttp.snapshot;

import org.jspecify.annotations.NullMarked;
