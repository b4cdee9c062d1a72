package dev.rafthttp.sidecar.events;

import java.util.List;

/**
 * What a reader has not seen yet.
 *
 * @param missed counted events before these that are no longer kept
 * @param events oldest first
 * @param end behind the last of them
 */
record EventPage(long missed, List<NodeEvent> events, EventPosition end) {}
