/** Files that keep what an API changed. */
@NullMarked
package dev.rafthttp.sidecar.state;

import org.jspecify.annotations.NullMarked;
