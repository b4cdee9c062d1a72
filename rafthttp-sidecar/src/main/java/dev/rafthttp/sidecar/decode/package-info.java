/** {@code rafthttp decode}: what a captured stream says. */
@NullMarked
package dev.rafthttp.sidecar.decode;

import org.jspecify.annotations.NullMarked;
