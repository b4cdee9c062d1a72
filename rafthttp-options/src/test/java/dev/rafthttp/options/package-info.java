@NullMarked
package dev.rafthttp.options;

import org.jspecify.annotations.NullMarked;
