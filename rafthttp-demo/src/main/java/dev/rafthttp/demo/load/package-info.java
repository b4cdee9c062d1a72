/** Clients that write, and check that the store keeps what it acknowledged. */
@NullMarked
package dev.rafthttp.demo.load;

import org.jspecify.annotations.NullMarked;
