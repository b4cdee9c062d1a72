@NullMarked
package dev.rafthttp.sidecar.relay;

import org.jspecify.annotations.NullMarked;
