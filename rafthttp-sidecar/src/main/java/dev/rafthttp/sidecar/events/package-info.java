/** Events: what the node is told besides messages. */
@NullMarked
package dev.rafthttp.sidecar.events;

import org.jspecify.annotations.NullMarked;
