package dev.rafthttp.sidecar.messages;

import dev.rafthttp.HeapLimits;
import dev.rafthttp.raftpb.Message;
import dev.rafthttp.sidecar.http.Json;
import dev.rafthttp.sidecar.http.RequestBody;
import dev.rafthttp.sidecar.json.MessageJson;
import java.nio.ByteBuffer;
import org.eclipse.jetty.http.HttpStatus;

/** The body of a {@code POST /v1/messages} that is messages in JSON: each is sent as soon as its object is whole. */
public final class PostedJson implements RequestBody.Sink {
    /** Of one message. Larger messages need frames. */
    static final int MAX_BYTES = Math.min(16 << 20, HeapLimits.OF_JVM.postBytes());

    private final PostedMessages posted;
    private final ObjectSplitter objects = new ObjectSplitter(MAX_BYTES, this::send);
    private boolean isAny;

    public PostedJson(PostedMessages posted) {
        this.posted = posted;
    }

    @Override
    public boolean bytes(ByteBuffer arrived) {
        if (posted.isClosing()) {
            posted.answerEarly();
            return false;
        }
        try {
            objects.split(arrived);
            return true;
        } catch (IllegalArgumentException e) {
            posted.refuse(Json.statusOf(e), String.valueOf(e.getMessage()));
        }
        return false;
    }

    private void send(ByteBuffer utf8, long start) {
        isAny = true;
        try {
            Message message = MessageJson.parse(utf8);
            checkType(message);
            posted.send(message, start);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("the object at offset " + start + " is " + e.getMessage(), e);
        }
    }

    /** An object without a type would be a MsgHup, which nobody means: another API's object, or a misspelt field. */
    private static void checkType(Message message) {
        if (!message.hasType() && !message.getUnknownFields().hasField(Message.TYPE_FIELD_NUMBER)) {
            throw new IllegalArgumentException("no raftpb.Message: it has no \"type\", such as \"MsgHeartbeat\"");
        }
    }

    @Override
    public void end() {
        if (!objects.isBetweenObjects()) {
            posted.refuse(
                    HttpStatus.BAD_REQUEST_400,
                    "the body ends at offset " + objects.offset() + ", within the object at offset "
                            + objects.objectStart() + ": expected JSON objects, each a raftpb.Message");
        } else if (!isAny) {
            posted.refuse(
                    HttpStatus.BAD_REQUEST_400,
                    "the body ends at offset " + objects.offset()
                            + " without an object: expected one or more, each a raftpb.Message in JSON");
        } else {
            posted.answer();
        }
    }

    @Override
    public void failed(Throwable cause) {
        posted.failed(cause, objects.offset());
    }
}
