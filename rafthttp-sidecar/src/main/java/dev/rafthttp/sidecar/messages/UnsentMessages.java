package dev.rafthttp.sidecar.messages;

import dev.rafthttp.DropReason;
import dev.rafthttp.MemberId;
import dev.rafthttp.raftpb.Message;
import dev.rafthttp.runtime.LogLimiter;
import dev.rafthttp.sidecar.events.NodeEvents;
import dev.rafthttp.sidecar.events.Repeated;
import dev.rafthttp.sidecar.json.MessageText;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.util.thread.Scheduler;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The node's messages that were not sent because they may not be, or because their peer is not known: counted by reason, logged, and
 * told to the node as events. Any thread.
 */
public final class UnsentMessages {
    private static final Logger LOG = LoggerFactory.getLogger(UnsentMessages.class);

    private static final long TOLD_EVERY_MILLIS = 1_000;

    private final Repeated<DropReason, Message> dropped;

    /** One per reason, so that no mistake of the node hides another one. */
    private final Map<DropReason, LogLimiter> logs = new EnumMap<>(DropReason.class);

    /** The data of an event; type, from and to are those of the last message. */
    private record Dropped(String reason, long messages, long total, String type, String from, String to) {}

    UnsentMessages(NodeEvents events) {
        dropped = new Repeated<>(
                TOLD_EVERY_MILLIS,
                (reason, count, total, last) -> events.messagesDropped(
                        reason.label(),
                        new Dropped(
                                reason.label(),
                                count,
                                total,
                                MessageText.type(last),
                                hex(last.getFrom()),
                                hex(last.getTo()))));
        for (DropReason reason : DropReason.values()) {
            logs.put(reason, new LogLimiter(System::nanoTime));
        }
    }

    /**
     * Counts a message.
     *
     * @param scheduler tells the node later of the messages that come soon after this one
     */
    void add(DropReason reason, Message message, Scheduler scheduler) {
        dropped.add(reason, message, (task, millis) -> scheduler.schedule(task, millis, TimeUnit.MILLISECONDS));
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

    private static String hex(long id) {
        return id == 0 ? "0" : new MemberId(id).toString();
    }

    /** How many messages there were, by reason. */
    public Map<DropReason, Long> counts() {
        Map<DropReason, Long> counts = new EnumMap<>(DropReason.class);
        counts.putAll(dropped.totals());
        return counts;
    }
}
