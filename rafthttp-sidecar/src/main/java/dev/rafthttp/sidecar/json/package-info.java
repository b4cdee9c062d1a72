/** Messages and peers as JSON and as lines of text. */
@NullMarked
package dev.rafthttp.sidecar.json;

import org.jspecify.annotations.NullMarked;
