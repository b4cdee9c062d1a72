/** Real etcd members, and what they have to agree on with and without the relay between them. */
@NullMarked
package dev.rafthttp.interop;

import org.jspecify.annotations.NullMarked;
