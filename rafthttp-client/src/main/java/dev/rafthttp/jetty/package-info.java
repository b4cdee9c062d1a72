/** What the client half and the server half of a transport share: the runtime, and the reader of bodies. */
@NullMarked
package dev.rafthttp.jetty;

import org.jspecify.annotations.NullMarked;
