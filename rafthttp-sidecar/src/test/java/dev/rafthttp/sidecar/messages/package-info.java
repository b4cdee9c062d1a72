@NullMarked
package dev.rafthttp.sidecar.messages;

import org.jspecify.annotations.NullMarked;
