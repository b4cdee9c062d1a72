package dev.rafthttp.sidecar.node;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonObject;
import dev.rafthttp.MemberId;
import dev.rafthttp.RemovedMemberException;
import dev.rafthttp.SnapshotStatus;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What happened, for the node that asks for it, and for the human in the log. The newest {@value #CAPACITY} events are kept,
 * so that a node that was away for a while misses none; one that was away for longer is told how many it missed.
 *
 * <p>Any thread. Guarded by its own lock, which is not held while the listener is told.
 */
public final class EventLog implements NodeEvents {
    private static final Logger LOG = LoggerFactory.getLogger(EventLog.class);

    /** Hours of an ordinary cluster's, and a quarter of an hour of an outage's, which is one a second a peer at most. */
    static final int CAPACITY = 1024;

    private static final Gson GSON = new GsonBuilder().disableHtmlEscaping().create();

    /** Tells this run's events from those of earlier ones, in their IDs. */
    private final String run = Long.toHexString(System.currentTimeMillis());

    private final MemberId member;
    private final ArrayDeque<NodeEvent> events = new ArrayDeque<>();
    private long last;
    private volatile Runnable listener = () -> {};

    /** @param member that the node is */
    public EventLog(MemberId member) {
        this.member = member;
    }

    @Override
    public void unreachable(MemberId peer) {
        // The transport itself logs why.
        LOG.debug("peer {} is unreachable", peer);
        add("unreachable", peer(peer));
    }

    @Override
    public void snapshot(MemberId peer, SnapshotStatus status) {
        LOG.info("snapshot to peer {}: {}", peer, status);
        JsonObject data = peer(peer);
        data.addProperty("status", status.name().toLowerCase(Locale.ROOT));
        add("snapshot-status", data);
    }

    @Override
    public void active(MemberId peer, boolean active) {
        LOG.info("peer {} is {}", peer, active ? "active" : "inactive");
        add(active ? "peer-active" : "peer-inactive", peer(peer));
    }

    @Override
    public void removed(RemovedMemberException cause) {
        LOG.error("this member has been removed from the cluster, and its node must stop: {}", cause.getMessage());
        JsonObject data = new JsonObject();
        data.addProperty("member", member.toString());
        data.addProperty("toldBy", cause.toldBy().toString());
        data.addProperty("reason", cause.getMessage());
        add("member-removed", data);
    }

    private static JsonObject peer(MemberId peer) {
        JsonObject data = new JsonObject();
        data.addProperty("peer", peer.toString());
        return data;
    }

    /** Adds an event; it gets the time of now. */
    void add(String name, JsonObject data) {
        data.addProperty("time", Instant.now().toString());
        synchronized (this) {
            last++;
            events.add(new NodeEvent(last, name, GSON.toJson(data)));
            if (events.size() > CAPACITY) {
                events.remove();
            }
        }
        listener.run();
    }

    /** Whom to tell, on the thread of each event, that there is one. Must not block. */
    void listener(Runnable told) {
        listener = told;
    }

    /** The number of the newest event; 0 if there was none. */
    synchronized long last() {
        return last;
    }

    /** The events after one that are still kept, oldest first. */
    synchronized List<NodeEvent> after(long number) {
        List<NodeEvent> some = new ArrayList<>();
        for (NodeEvent event : events) {
            if (event.number() > number) {
                some.add(event);
            }
        }
        return some;
    }

    /** What {@code Last-Event-ID} is to say for this event to be the last that was seen. */
    String id(long number) {
        return run + "-" + number;
    }

    /**
     * Reads an ID.
     *
     * @return the event's number; 0, before all events, if it is of another run, since what came after it is not known
     * @throws IllegalArgumentException if it is no ID
     */
    long number(@Nullable String id) {
        String[] parts = String.valueOf(id).split("-", -1);
        try {
            if (parts.length == 2) {
                Long.parseUnsignedLong(parts[0], 16);
                long number = Long.parseLong(parts[1]);
                return parts[0].equals(run) ? Math.min(number, last()) : 0;
            }
        } catch (NumberFormatException wrong) {
            LOG.debug("{} is no event's ID", id, wrong);
        }
        throw new IllegalArgumentException(
                "Last-Event-ID " + id + ": expected the id of an event, as in " + id(Math.max(1, last())));
    }
}
