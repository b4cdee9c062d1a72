/** Messages: from the node to its peers, and from the peers to the node. */
@NullMarked
package dev.rafthttp.sidecar.messages;

import org.jspecify.annotations.NullMarked;
