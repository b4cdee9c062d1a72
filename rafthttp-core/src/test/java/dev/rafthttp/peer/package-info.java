/** Tests of the peer. */
@NullMarked
package dev.rafthttp.peer;

import org.jspecify.annotations.NullMarked;
