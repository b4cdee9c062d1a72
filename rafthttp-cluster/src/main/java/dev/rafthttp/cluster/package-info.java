/** Breaks the clusters of the compose files, one fault at a time, and holds them to what they acknowledged. */
@NullMarked
package dev.rafthttp.cluster;

import org.jspecify.annotations.NullMarked;
