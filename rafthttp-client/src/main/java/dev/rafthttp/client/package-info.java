/** Outbound: the peers, and what is dialled and posted to them, over Jetty's HTTP client. */
@NullMarked
package dev.rafthttp.client;

import org.jspecify.annotations.NullMarked;
