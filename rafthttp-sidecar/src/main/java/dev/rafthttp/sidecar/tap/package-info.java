/** {@code rafthttp tap}: shows the messages that pass a sidecar or relay. */
@NullMarked
package dev.rafthttp.sidecar.tap;

import org.jspecify.annotations.NullMarked;
