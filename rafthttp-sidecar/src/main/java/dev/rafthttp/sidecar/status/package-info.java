/** Status: what a sidecar tells of itself. */
@NullMarked
package dev.rafthttp.sidecar.status;

import org.jspecify.annotations.NullMarked;
