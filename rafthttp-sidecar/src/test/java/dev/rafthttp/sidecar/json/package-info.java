@NullMarked
package dev.rafthttp.sidecar.json;

import org.jspecify.annotations.NullMarked;
