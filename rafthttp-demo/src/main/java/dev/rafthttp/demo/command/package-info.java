/** What both commands use to wait, and to stop. */
@NullMarked
package dev.rafthttp.demo.command;

import org.jspecify.annotations.NullMarked;
