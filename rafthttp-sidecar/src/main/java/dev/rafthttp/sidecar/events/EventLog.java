package dev.rafthttp.sidecar.events;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonObject;
import dev.rafthttp.MemberId;
import dev.rafthttp.RemovedMemberException;
import dev.rafthttp.SnapshotStatus;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What happened, for the node that asks for it, and for the human in the log. The newest events are kept, so that a node that was
 * away for a while misses none; one that was away for longer is told how many it missed. Kinds that Raft depends on have room of
 * their own, so that an outage, which repeats the same event for as long as it lasts, pushes none of them out.
 *
 * <p>Any thread. Guarded by its own lock, which is not held while the listener is told.
 */
public final class EventLog implements NodeEvents {
    private static final Logger LOG = LoggerFactory.getLogger(EventLog.class);

    /** Of each kind of which all are kept: days of snapshots, hours of a cluster whose peers come and go. */
    static final int CAPACITY = 1024;

    private static final String SNAPSHOT_STATUS = "snapshot-status";
    private static final String SNAPSHOT_PROGRESS = "snapshot-progress";
    private static final String MESSAGE_DROPPED = "message-dropped";
    private static final String MEMBER_REMOVED = "member-removed";

    /** A run, and a position in it: an ID as {@link #id} makes it. */
    private static final Pattern ID = Pattern.compile("([0-9a-f]{16})-([0-9]{1,18})-([0-9]{1,18})");

    private static final Gson GSON = new GsonBuilder().disableHtmlEscaping().create();

    /** Tells this run's events from those of earlier ones, in their IDs. */
    private final String run = String.format(Locale.ROOT, "%016x", new SecureRandom().nextLong());

    private final Instant started = Instant.now();
    private final MemberId member;
    private final MemberNames names;

    // All below are guarded by this.
    private final EventRoom snapshots = EventRoom.ofAll(CAPACITY);
    private final EventRoom activity = EventRoom.ofAll(CAPACITY);
    private final EventRoom others = EventRoom.ofAll(CAPACITY);
    private final EventRoom outages = EventRoom.ofNewest(CAPACITY);
    private final EventRoom progress = EventRoom.ofNewest(CAPACITY);
    private EventPosition end = EventPosition.START;
    private @Nullable NodeEvent removal;

    private volatile Runnable listener = () -> {};

    /**
     * @param member that the node is
     * @param names for the log
     */
    public EventLog(MemberId member, MemberNames names) {
        this.member = member;
        this.names = names;
    }

    @Override
    public void unreachable(MemberId peer) {
        // The transport itself logs why.
        LOG.debug("peer {} is unreachable", names.shown(peer));
        add(outages, peer.toString(), "unreachable", peer(peer));
    }

    @Override
    public void snapshot(MemberId peer, SnapshotStatus status) {
        LOG.info("snapshot to peer {}: {}", names.shown(peer), status);
        JsonObject data = peer(peer);
        data.addProperty("status", status.name().toLowerCase(Locale.ROOT));
        add(snapshots, SNAPSHOT_STATUS, data);
    }

    @Override
    public void active(MemberId peer, boolean active) {
        LOG.info("peer {} is {}", names.shown(peer), active ? "active" : "inactive");
        add(activity, active ? "peer-active" : "peer-inactive", peer(peer));
    }

    @Override
    public void removed(RemovedMemberException cause) {
        LOG.error(
                "this member, {}, has been removed from the cluster, and its node must stop: peer {} says so: {}",
                names.shown(member),
                names.shown(cause.toldBy()),
                cause.getMessage());
        JsonObject data = new JsonObject();
        data.addProperty("member", member.toString());
        data.addProperty("toldBy", cause.toldBy().toString());
        data.addProperty("reason", cause.getMessage());
        add(others, MEMBER_REMOVED, data);
    }

    /** A snapshot that the node posted is being sent. */
    public void snapshotSending(String id, JsonObject data) {
        add(progress, id, SNAPSHOT_PROGRESS, data);
    }

    /** The sending of a snapshot that the node posted has ended. */
    public void snapshotEnded(String id, JsonObject data) {
        synchronized (this) {
            progress.forget(id);
        }
        add(snapshots, SNAPSHOT_PROGRESS, data);
    }

    /** Messages of the node's were dropped, all for one reason. */
    public void messagesDropped(String reason, JsonObject data) {
        add(outages, MESSAGE_DROPPED + " " + reason, MESSAGE_DROPPED, data);
    }

    private static JsonObject peer(MemberId peer) {
        JsonObject data = new JsonObject();
        data.addProperty("peer", peer.toString());
        return data;
    }

    /** Adds an event of a kind of its own; it gets the time of now. */
    void add(String name, JsonObject data) {
        add(others, name, data);
    }

    private void add(EventRoom room, String name, JsonObject data) {
        add(room, name, name, data);
    }

    private void add(EventRoom room, String subject, String name, JsonObject data) {
        data.addProperty("time", Instant.now().toString());
        String json = GSON.toJson(data);
        synchronized (this) {
            end = end.next(room.isCounted());
            NodeEvent event = new NodeEvent(end, room.isCounted(), name, json);
            room.add(subject, event);
            if (name.equals(MEMBER_REMOVED)) {
                removal = event;
            }
        }
        listener.run();
    }

    /** Whom to tell, on the thread of each event, that there is one. Must not block. */
    void listener(Runnable told) {
        listener = told;
    }

    /** Behind the newest event. */
    synchronized EventPosition end() {
        return end;
    }

    /** What is kept behind a position, and how much is not. */
    synchronized EventPage after(EventPosition seen) {
        List<NodeEvent> some = new ArrayList<>();
        if (end.isBehind(seen)) {
            for (EventRoom room : List.of(snapshots, activity, others, outages, progress)) {
                room.addTo(some, seen);
            }
            some.sort(Comparator.comparingLong(event -> event.at().number()));
        }
        return new EventPage(missed(some, seen), some, end);
    }

    /** Those behind a position that are counted, and not kept. */
    private long missed(List<NodeEvent> kept, EventPosition seen) {
        long missed = end.counted() - seen.counted();
        for (NodeEvent event : kept) {
            if (event.isCounted()) {
                missed--;
            }
        }
        return missed;
    }

    /** Says that a peer has told this member of its removal, if one has. */
    synchronized Optional<NodeEvent> removal() {
        return Optional.ofNullable(removal);
    }

    /** This run of the sidecar. */
    public String run() {
        return run;
    }

    /** What a reader is told first. */
    JsonObject runData() {
        JsonObject data = new JsonObject();
        data.addProperty("run", run);
        data.addProperty("started", started.toString());
        return data;
    }

    /** What {@code Last-Event-ID} is to say for everything up to a position to have been seen. */
    String id(EventPosition at) {
        return run + "-" + at.number() + "-" + at.counted();
    }

    /**
     * Makes the pages of a reader.
     *
     * @param lastId of the last event that it saw; null: it wants those from now on. If that was in another run, it gets all of
     *     this one that are kept
     * @throws IllegalArgumentException if it is no ID
     */
    EventPages pages(@Nullable String lastId) {
        if (lastId == null) {
            return new EventPages(this, end(), Optional.empty());
        }
        Matcher id = ID.matcher(lastId);
        if (!id.matches()) {
            throw new IllegalArgumentException(
                    "Last-Event-ID " + lastId + ": expected the id of an event, as in " + id(end()));
        }
        if (!id.group(1).equals(run)) {
            return new EventPages(this, EventPosition.START, Optional.of(id.group(1)));
        }
        EventPosition now = end();
        long number = Long.parseLong(id.group(2));
        long counted = Long.parseLong(id.group(3));
        // One that was not given out here, as it is ahead of all events, would wait for them in silence.
        return new EventPages(
                this,
                number > now.number() || counted > now.counted() ? now : new EventPosition(number, counted),
                Optional.empty());
    }
}
