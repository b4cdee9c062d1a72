@NullMarked
package dev.rafthttp.sidecar;

import org.jspecify.annotations.NullMarked;
