/** Tests of what users see. */
@NullMarked
package dev.rafthttp;

import org.jspecify.annotations.NullMarked;
