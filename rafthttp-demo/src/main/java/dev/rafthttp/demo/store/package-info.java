/** What of a member survives the end of its process: a disk in memory, and one that is an SQLite database. */
@NullMarked
package dev.rafthttp.demo.store;

import org.jspecify.annotations.NullMarked;
