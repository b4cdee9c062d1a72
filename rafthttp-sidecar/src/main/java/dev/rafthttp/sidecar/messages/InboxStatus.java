package dev.rafthttp.sidecar.messages;

/**
 * A {@link NodeInbox} at one moment.
 *
 * @param messages that wait
 * @param bytes their size
 * @param heldBack messages beyond them that wait for room, one each of streams and posts of peers that are not read meanwhile
 * @param taken messages that went to the node since the start
 * @param inDoubt those of them that were being written to a reader when it went away
 */
public record InboxStatus(int messages, long bytes, int heldBack, long taken, long inDoubt) {}
