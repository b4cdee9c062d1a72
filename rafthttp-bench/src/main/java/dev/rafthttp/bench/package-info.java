/** The end-to-end harness: two transports in one process, over real loopback HTTP. */
@NullMarked
package dev.rafthttp.bench;

import org.jspecify.annotations.NullMarked;
