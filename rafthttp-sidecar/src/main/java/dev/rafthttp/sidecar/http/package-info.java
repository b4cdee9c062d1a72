/** What the HTTP APIs of sidecar and relay share: where they listen, which token they ask for, how requests are read and answered. */
@NullMarked
package dev.rafthttp.sidecar.http;

import org.jspecify.annotations.NullMarked;
