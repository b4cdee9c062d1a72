@NullMarked
package dev.rafthttp.sidecar.snapshots;

import org.jspecify.annotations.NullMarked;
