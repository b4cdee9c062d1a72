/** What all commands share: their options, where the values come from, how they are checked, what is said of mistakes, and the log. */
@NullMarked
package dev.rafthttp.options;

import org.jspecify.annotations.NullMarked;
