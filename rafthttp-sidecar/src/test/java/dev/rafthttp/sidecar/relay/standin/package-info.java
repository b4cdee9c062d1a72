@NullMarked
package dev.rafthttp.sidecar.relay.standin;

import org.jspecify.annotations.NullMarked;
