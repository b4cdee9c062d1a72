package dev.rafthttp.sidecar.node;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.util.JsonFormat;
import dev.rafthttp.raftpb.Message;

/**
 * Reads a message in JSON, by protobuf's mapping: field names as in raft.proto, 64-bit numbers as decimal strings, bytes as
 * base64. {@link dev.rafthttp.sidecar.decode.MessageText} writes it.
 */
final class MessageJson {
    static final String CONTENT_TYPE = "application/json";

    private static final JsonFormat.Parser PARSER = JsonFormat.parser();

    private MessageJson() {}

    /** @throws IllegalArgumentException saying where it is no JSON, or which field is none of a message */
    static Message parse(String json) {
        Message.Builder message = Message.newBuilder();
        try {
            PARSER.merge(json, message);
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalArgumentException("the body is no raftpb.Message in JSON: " + e.getMessage(), e);
        }
        return message.build();
    }
}
