/** The kit of the HTTP APIs of sidecar and relay: where they listen, who may ask, and how requests are read and answered. */
@NullMarked
package dev.rafthttp.sidecar.http;

import org.jspecify.annotations.NullMarked;
