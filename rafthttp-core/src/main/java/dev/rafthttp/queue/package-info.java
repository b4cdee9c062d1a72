/** Messages that wait. */
@NullMarked
package dev.rafthttp.queue;

import org.jspecify.annotations.NullMarked;
