/** The two stream formats, msgappv2 and message, between bytes and {@code raftpb.Message}. Knows no threads and no I/O. */
@NullMarked
package dev.rafthttp.codec;

import org.jspecify.annotations.NullMarked;
