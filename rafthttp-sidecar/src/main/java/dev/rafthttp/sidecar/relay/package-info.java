/** {@code rafthttp relay}: stands between the members of an etcd cluster. */
@NullMarked
package dev.rafthttp.sidecar.relay;

import org.jspecify.annotations.NullMarked;
