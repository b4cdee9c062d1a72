@NullMarked
package dev.rafthttp.sidecar.http;

import org.jspecify.annotations.NullMarked;
