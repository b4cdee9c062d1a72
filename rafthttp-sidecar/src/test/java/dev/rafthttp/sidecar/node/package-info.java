@NullMarked
package dev.rafthttp.sidecar.node;

import org.jspecify.annotations.NullMarked;
