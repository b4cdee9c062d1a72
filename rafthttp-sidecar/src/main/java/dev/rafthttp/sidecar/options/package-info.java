/** What all commands do with options: where they come from, how they are checked, and what is said of mistakes. */
@NullMarked
package dev.rafthttp.sidecar.options;

import org.jspecify.annotations.NullMarked;
