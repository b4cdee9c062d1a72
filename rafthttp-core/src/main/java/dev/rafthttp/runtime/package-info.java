/** What everything runs on: time, threads, limits of logging, and the rules for failures. */
@NullMarked
package dev.rafthttp.runtime;

import org.jspecify.annotations.NullMarked;
