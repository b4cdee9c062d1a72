/** The program that docs/embedding.md shows. */
@NullMarked
package dev.rafthttp.examples;

import org.jspecify.annotations.NullMarked;
