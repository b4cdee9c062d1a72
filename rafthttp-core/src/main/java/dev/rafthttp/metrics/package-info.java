/** What the transport counts, as an SPI. */
@NullMarked
package dev.rafthttp.metrics;

import org.jspecify.annotations.NullMarked;
