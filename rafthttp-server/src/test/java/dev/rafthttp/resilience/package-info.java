/** Members against networks, peers and callbacks that fail. */
@NullMarked
package dev.rafthttp.resilience;

import org.jspecify.annotations.NullMarked;
