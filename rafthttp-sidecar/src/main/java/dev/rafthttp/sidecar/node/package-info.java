/** The HTTP API on {@code --listen-node}: the server, and how JSON is read and answered. */
@NullMarked
package dev.rafthttp.sidecar.node;

import org.jspecify.annotations.NullMarked;
