@NullMarked
package dev.rafthttp.jetty;

import org.jspecify.annotations.NullMarked;
