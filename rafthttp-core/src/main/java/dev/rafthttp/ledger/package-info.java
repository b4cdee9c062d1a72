/** What happens between this member and a peer, counted, logged and reported. */
@NullMarked
package dev.rafthttp.ledger;

import org.jspecify.annotations.NullMarked;
