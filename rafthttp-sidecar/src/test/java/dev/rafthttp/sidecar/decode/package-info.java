@NullMarked
package dev.rafthttp.sidecar.decode;

import org.jspecify.annotations.NullMarked;
