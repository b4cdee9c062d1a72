package dev.rafthttp.sidecar.events;

import com.google.gson.JsonObject;
import dev.rafthttp.sidecar.json.Documents;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What happened in this run of a command, for those that read {@code GET /v1/events}. The newest events are kept, so that a reader
 * that was away for a while misses none, and a reader that was away for longer is told how many it missed. Each kind of event is
 * kept in a {@link Room}.
 *
 * <p>Any thread. Guarded by its own lock, which is not held while the listener is told.
 */
public final class EventLog {
    /** Events per room: days of snapshots, or hours of a cluster whose peers come and go. */
    public static final int CAPACITY = 1024;

    /** A run, and a position in it: an ID as {@link #id} makes it. */
    private static final Pattern ID = Pattern.compile("([0-9a-f]{16})-([0-9]{1,18})-([0-9]{1,18})");

    /** Tells this run's events from those of earlier ones, in their IDs. */
    private final String run = String.format(Locale.ROOT, "%016x", new SecureRandom().nextLong());

    private final Instant started = Instant.now();

    // All below are guarded by this.
    private final List<Room> rooms = new ArrayList<>();
    private Position end = Position.START;
    private @Nullable Event announced;

    private volatile Runnable listener = () -> {};

    /**
     * A place between the events of this run: a reader has seen everything up to it.
     *
     * @param number of events up to here
     * @param counted those of them of which a reader that misses them is told
     */
    record Position(long number, long counted) {
        /** Before the first event. */
        static final Position START = new Position(0, 0);

        private Position next(boolean isCounted) {
            return new Position(number + 1, isCounted ? counted + 1 : counted);
        }

        boolean isBehind(Position other) {
            return number > other.number;
        }
    }

    /**
     * Something that happened.
     *
     * @param at the position behind it
     * @param isCounted whether a reader that misses it is told so
     * @param kind its name
     * @param data JSON on one line
     */
    record Event(Position at, boolean isCounted, String kind, String data) {}

    /**
     * What a reader has not seen yet.
     *
     * @param missed counted events before these that are no longer kept
     * @param events oldest first
     * @param end behind the last of them
     */
    record Page(long missed, List<Event> events, Position end) {}

    /** The first event of every answer. */
    private record Run(String run, Instant started, Optional<String> previousRun) {}

    /**
     * Events of some kinds, which events of other rooms cannot push out. A room keeps either its newest events, which are counted, so
     * that a reader learns how many it missed; or, of events that say how a subject is, only the newest per subject, which are not
     * counted.
     */
    public final class Room {
        private final boolean newestOnly;
        private final LinkedHashMap<Object, Event> kept = new LinkedHashMap<>();

        private Room(boolean newestOnly) {
            this.newestOnly = newestOnly;
        }

        /**
         * Adds an event, which gets the time of now.
         *
         * @param subject what it is about
         * @param data a record or JSON object
         */
        public void add(String kind, String subject, Object data) {
            EventLog.this.add(this, kind, subject, data, false);
        }

        /** Adds an event of a room that keeps all. */
        public void add(String kind, Object data) {
            add(kind, kind, data);
        }

        /** Adds an event that every later answer tells directly after the run. A newer one replaces it. */
        public void announce(String kind, Object data) {
            EventLog.this.add(this, kind, kind, data, true);
        }

        /** Forgets how a subject was. */
        public void forget(String subject) {
            synchronized (EventLog.this) {
                kept.remove(subject);
            }
        }

        private void keep(String subject, Event event) {
            Object key = newestOnly ? subject : event.at();
            // Behind all others, and not where its predecessor stood.
            kept.remove(key);
            kept.put(key, event);
            if (kept.size() > CAPACITY) {
                kept.remove(kept.keySet().iterator().next());
            }
        }
    }

    /** Makes a room that keeps the newest {@value #CAPACITY} events. */
    public Room keepingAll() {
        return room(false);
    }

    /** Makes a room that keeps the newest event per subject, for up to {@value #CAPACITY} subjects. */
    public Room keepingNewest() {
        return room(true);
    }

    private synchronized Room room(boolean newestOnly) {
        Room room = new Room(newestOnly);
        rooms.add(room);
        return room;
    }

    private void add(Room room, String kind, String subject, Object data, boolean isAnnounced) {
        JsonObject json = Documents.object(data);
        json.addProperty("time", Instant.now().toString());
        String line = Documents.line(json);
        synchronized (this) {
            boolean isCounted = !room.newestOnly;
            end = end.next(isCounted);
            Event event = new Event(end, isCounted, kind, line);
            room.keep(subject, event);
            if (isAnnounced) {
                announced = event;
            }
        }
        listener.run();
    }

    /** Whom to tell, on the thread of each event, that there is one. Must not block. */
    void listener(Runnable told) {
        listener = told;
    }

    /** Behind the newest event. */
    synchronized Position end() {
        return end;
    }

    /** What is kept behind a position, and how much is not. */
    synchronized Page after(Position seen) {
        List<Event> some = new ArrayList<>();
        if (end.isBehind(seen)) {
            for (Room room : rooms) {
                room.kept.values().stream()
                        .filter(event -> event.at().isBehind(seen))
                        .forEach(some::add);
            }
            some.sort(Comparator.comparingLong(event -> event.at().number()));
        }
        long kept = some.stream().filter(Event::isCounted).count();
        return new Page(end.counted() - seen.counted() - kept, some, end);
    }

    /** The event that every answer begins with, if there is one. */
    synchronized Optional<Event> announced() {
        return Optional.ofNullable(announced);
    }

    /** The ID of this run. */
    public String run() {
        return run;
    }

    /**
     * What a reader is told first, as JSON on one line.
     *
     * @param previousRun the run whose events the reader saw last, if that was another one
     */
    String runData(Optional<String> previousRun) {
        return Documents.line(Documents.object(new Run(run, started, previousRun)));
    }

    /** What {@code Last-Event-ID} is to say for everything up to a position to have been seen. */
    String id(Position at) {
        return run + "-" + at.number() + "-" + at.counted();
    }

    /**
     * Makes the pages of a reader.
     *
     * @param lastId of the last event that the reader saw; null: it wants the events from now on. After an ID of another run, it gets
     *     all events of this run that are kept
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
            return new EventPages(this, Position.START, Optional.of(id.group(1)));
        }
        Position now = end();
        long number = Long.parseLong(id.group(2));
        long counted = Long.parseLong(id.group(3));
        // An ID ahead of all events was not given out here. Its reader would wait in silence for events up to it.
        return new EventPages(
                this,
                number > now.number() || counted > now.counted() ? now : new Position(number, counted),
                Optional.empty());
    }
}
