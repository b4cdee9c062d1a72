/** Tests of the peer, and the scripted surroundings that tests of other modules use too. */
@NullMarked
package dev.rafthttp.peer;

import org.jspecify.annotations.NullMarked;
