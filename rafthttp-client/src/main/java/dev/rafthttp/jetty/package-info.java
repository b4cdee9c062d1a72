/** What both ends of a connection need of Jetty. */
@NullMarked
package dev.rafthttp.jetty;

import org.jspecify.annotations.NullMarked;
