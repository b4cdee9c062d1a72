/** The inbound half of a transport: the servlets that peers dial, and a Jetty server for nodes that have none. */
@NullMarked
package dev.rafthttp.server;

import org.jspecify.annotations.NullMarked;
