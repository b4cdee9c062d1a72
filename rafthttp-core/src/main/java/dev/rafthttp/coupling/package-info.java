/** The seam of a relay, which ties the streams of one transport to those of another. */
@NullMarked
package dev.rafthttp.coupling;

import org.jspecify.annotations.NullMarked;
