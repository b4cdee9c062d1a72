/** {@code rafthttp demo}: a cluster in one process, whose leader is killed and comes back. */
@NullMarked
package dev.rafthttp.demo.failover;

import org.jspecify.annotations.NullMarked;
