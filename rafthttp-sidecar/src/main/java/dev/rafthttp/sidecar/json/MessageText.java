package dev.rafthttp.sidecar.json;

import dev.rafthttp.raftpb.Message;
import java.util.List;

/** Writes a message as one line of columns, for people; {@link MessageJson} is for programs. */
public final class MessageText {
    private MessageText() {}

    /**
     * From, to, type, term, index, entries, bytes and commit; IDs in hex, {@code -} for none.
     *
     * @param bytes on the wire
     */
    public static String line(Message message, long bytes) {
        return "%16s → %-16s  %-16s  term %s  index %s  entries %d  bytes %d  commit %s"
                .formatted(
                        id(message.getFrom()),
                        id(message.getTo()),
                        type(message),
                        Long.toUnsignedString(message.getTerm()),
                        Long.toUnsignedString(message.getIndex()),
                        message.getEntriesCount(),
                        bytes,
                        Long.toUnsignedString(message.getCommit()));
    }

    /** A message's type; the number instead, of a type without a name here: proto2 keeps that with the unknown fields. */
    public static String type(Message message) {
        List<Long> unknown =
                message.getUnknownFields().getField(Message.TYPE_FIELD_NUMBER).getVarintList();
        return unknown.isEmpty()
                ? message.getType().name()
                : "type " + Long.toUnsignedString(unknown.get(unknown.size() - 1));
    }

    private static String id(long value) {
        return value == 0 ? "-" : Long.toHexString(value);
    }
}
