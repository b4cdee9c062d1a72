/** What both commands share. */
@NullMarked
package dev.rafthttp.demo.command;

import org.jspecify.annotations.NullMarked;
