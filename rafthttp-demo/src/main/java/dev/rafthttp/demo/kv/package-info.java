/** The store: its members, their map, their keys over HTTP, and a cluster of them in one process. */
@NullMarked
package dev.rafthttp.demo.kv;

import org.jspecify.annotations.NullMarked;
