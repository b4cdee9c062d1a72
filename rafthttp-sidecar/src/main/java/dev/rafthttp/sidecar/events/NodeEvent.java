package dev.rafthttp.sidecar.events;

/**
 * Something that the node is told.
 *
 * @param at where it stands among the events of this run
 * @param isCounted whether a reader that misses it is told so
 * @param name of its kind
 * @param data JSON on one line
 */
record NodeEvent(EventPosition at, boolean isCounted, String name, String data) {}
