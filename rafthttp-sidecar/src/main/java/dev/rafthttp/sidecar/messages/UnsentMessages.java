package dev.rafthttp.sidecar.messages;

import com.google.gson.JsonObject;
import dev.rafthttp.DropReason;
import dev.rafthttp.MemberId;
import dev.rafthttp.raftpb.Message;
import dev.rafthttp.runtime.LogLimiter;
import dev.rafthttp.sidecar.events.EventLog;
import dev.rafthttp.sidecar.json.MessageText;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.util.thread.Scheduler;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The node's messages that were not sent because they may not be, or because their peer is not known: counted by reason, and
 * told to the node as events: the first of a reason at once, and then once a second how many there were since.
 *
 * <p>Any thread. Guarded by its own lock.
 */
public final class UnsentMessages {
    private static final Logger LOG = LoggerFactory.getLogger(UnsentMessages.class);

    private static final long TOLD_EVERY_MILLIS = 1_000;

    private final EventLog events;
    private final Map<DropReason, Long> counts = new EnumMap<>(DropReason.class);

    /** Those that have not been told, of each reason for which the next event is due at some time. */
    private final Map<DropReason, Untold> untold = new EnumMap<>(DropReason.class);

    /** One per reason, so that no mistake of the node hides another one. */
    private final Map<DropReason, LogLimiter> logs = new EnumMap<>(DropReason.class);

    /** Messages, and one of them. */
    private record Untold(long messages, Message last) {}

    UnsentMessages(EventLog events) {
        this.events = events;
        for (DropReason reason : DropReason.values()) {
            logs.put(reason, new LogLimiter(System::nanoTime));
        }
    }

    /**
     * Counts a message.
     *
     * @param scheduler tells the node later of those that come soon after it
     */
    void add(DropReason reason, Message message, Scheduler scheduler) {
        boolean isFirst;
        synchronized (this) {
            counts.merge(reason, 1L, Long::sum);
            Untold before = untold.get(reason);
            isFirst = before == null;
            untold.put(reason, new Untold(before == null ? 1 : before.messages() + 1, message));
        }
        if (isFirst) {
            tell(reason, scheduler);
        }
        LogLimiter limiter = logs.get(reason);
        long suppressed = limiter == null ? -1 : limiter.acquire();
        if (suppressed >= 0) {
            LOG.warn(
                    "a {} of the node's, from {} to {}, is dropped: {} ({} such lines were left out)",
                    MessageText.type(message),
                    hex(message.getFrom()),
                    hex(message.getTo()),
                    reason.label(),
                    suppressed);
        }
    }

    /** Adds an event of those that have not been told, if there are any, and comes back later. */
    private void tell(DropReason reason, Scheduler scheduler) {
        Untold some;
        long total;
        synchronized (this) {
            total = counts.getOrDefault(reason, 0L);
            some = untold.get(reason);
            if (some == null || some.messages() == 0) {
                untold.remove(reason);
                return;
            }
            untold.put(reason, new Untold(0, some.last()));
        }
        JsonObject data = new JsonObject();
        data.addProperty("reason", reason.label());
        data.addProperty("messages", some.messages());
        data.addProperty("total", total);
        data.addProperty("type", MessageText.type(some.last()));
        data.addProperty("from", hex(some.last().getFrom()));
        data.addProperty("to", hex(some.last().getTo()));
        events.messagesDropped(reason.label(), data);
        scheduler.schedule(() -> tell(reason, scheduler), TOLD_EVERY_MILLIS, TimeUnit.MILLISECONDS);
    }

    private static String hex(long id) {
        return id == 0 ? "0" : new MemberId(id).toString();
    }

    /** How many there were, by reason. */
    public synchronized Map<DropReason, Long> counts() {
        return new EnumMap<>(counts);
    }
}
