@NullMarked
package dev.rafthttp.sidecar.options;

import org.jspecify.annotations.NullMarked;
