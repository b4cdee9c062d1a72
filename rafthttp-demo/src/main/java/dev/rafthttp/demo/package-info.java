/** The demo: a replicated key-value store on MicroRaft, whose members speak over this project's transport. */
@NullMarked
package dev.rafthttp.demo;

import org.jspecify.annotations.NullMarked;
