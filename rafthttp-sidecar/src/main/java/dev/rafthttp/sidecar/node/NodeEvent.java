package dev.rafthttp.sidecar.node;

/**
 * Something that the node is told.
 *
 * @param number counts the events of this run of the sidecar, from 1
 * @param name of its kind
 * @param data JSON on one line
 */
record NodeEvent(long number, String name, String data) {}
