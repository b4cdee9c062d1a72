@NullMarked
package dev.rafthttp.sidecar.events;

import org.jspecify.annotations.NullMarked;
