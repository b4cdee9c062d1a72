/** How both commands wait, and are told to stop. */
@NullMarked
package dev.rafthttp.demo.command;

import org.jspecify.annotations.NullMarked;
