/** A Raft follower in Java, for a place in a cluster of etcd members. */
@NullMarked
package dev.rafthttp.interop.follower;

import org.jspecify.annotations.NullMarked;
