/** The disks of members, which survive the end of a process: one in memory, and one that is an SQLite database. */
@NullMarked
package dev.rafthttp.demo.store;

import org.jspecify.annotations.NullMarked;
