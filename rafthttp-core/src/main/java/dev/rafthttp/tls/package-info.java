/** The files of peer TLS: which they are, what is wrong with them, and what is made of them. */
@NullMarked
package dev.rafthttp.tls;

import org.jspecify.annotations.NullMarked;
