/** The distribution, from the outside. */
@NullMarked
package dev.rafthttp.dist;

import org.jspecify.annotations.NullMarked;
