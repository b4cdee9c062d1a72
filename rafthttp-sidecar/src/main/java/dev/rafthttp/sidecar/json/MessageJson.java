package dev.rafthttp.sidecar.json;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.util.JsonFormat;
import dev.rafthttp.raftpb.Message;
import java.nio.ByteBuffer;

/**
 * A message in JSON, by protobuf's mapping: field names as in raft.proto, 64-bit numbers as decimal strings, bytes as base64.
 * What the mapping has no name for is in {@link UnnamedFields}. A message that is written and read again is the same in every
 * value.
 */
public final class MessageJson {
    /** Its media type. */
    public static final String CONTENT_TYPE = "application/json";

    private static final JsonFormat.Printer PRINTER =
            JsonFormat.printer().preservingProtoFieldNames().omittingInsignificantWhitespace();
    private static final JsonFormat.Parser PARSER = JsonFormat.parser();

    private MessageJson() {}

    /** Writes a message on one line; fields that are not set are left out. */
    public static String print(Message message) {
        String named;
        try {
            named = PRINTER.print(message);
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalArgumentException("a message that has no JSON form", e);
        }
        if (!UnnamedFields.isAnyIn(message)) {
            return named;
        }
        JsonObject json = JsonParser.parseString(named).getAsJsonObject();
        UnnamedFields.write(message, json);
        return json.toString();
    }

    /**
     * Reads a message.
     *
     * @param utf8 one JSON object
     * @throws IllegalArgumentException naming the place that is not JSON, or the field that no message has
     */
    public static Message parse(ByteBuffer utf8) {
        JsonElement element = StrictJson.parse(utf8);
        if (!element.isJsonObject()) {
            throw new IllegalArgumentException("no JSON object");
        }
        JsonObject json = element.getAsJsonObject();
        UnnamedFields unnamed = UnnamedFields.take(json, Message.getDescriptor());
        Message.Builder message = Message.newBuilder();
        try {
            PARSER.merge(json.toString(), message);
            if (!unnamed.isEmpty()) {
                unnamed.addTo(message, json);
                // What these bytes name after all must be seen by those that look at the message's fields, as its
                // receiver will.
                return Message.parseFrom(message.build().toByteString());
            }
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalArgumentException("no raftpb.Message: " + e.getMessage(), e);
        }
        return message.build();
    }
}
