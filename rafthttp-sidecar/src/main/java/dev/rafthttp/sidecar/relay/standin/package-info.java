/** Stand-ins: what one member sees in place of the others, and the way between them. */
@NullMarked
package dev.rafthttp.sidecar.relay.standin;

import org.jspecify.annotations.NullMarked;
