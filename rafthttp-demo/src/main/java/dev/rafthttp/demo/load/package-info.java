/** Clients that write, and hold the store to its word. */
@NullMarked
package dev.rafthttp.demo.load;

import org.jspecify.annotations.NullMarked;
