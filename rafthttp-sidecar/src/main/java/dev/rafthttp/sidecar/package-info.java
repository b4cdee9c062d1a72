/** The executable: its commands, each in a package of its own. */
@NullMarked
package dev.rafthttp.sidecar;

import org.jspecify.annotations.NullMarked;
