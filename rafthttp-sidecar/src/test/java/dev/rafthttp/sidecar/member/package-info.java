/** Tests of the sidecar as a whole. */
@NullMarked
package dev.rafthttp.sidecar.member;

import org.jspecify.annotations.NullMarked;
