package dev.rafthttp.sidecar.node;

import dev.rafthttp.raftpb.Message;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.eclipse.jetty.http.HttpStatus;

/** The body of a {@code POST /v1/messages} that is one message in JSON, for trying by hand. */
final class PostedJson implements RequestBody.Sink {
    /** Who has more uses frames. */
    static final int MAX_BYTES = 16 << 20;

    private final PostedMessages posted;
    private final ByteArrayOutputStream body = new ByteArrayOutputStream();

    PostedJson(PostedMessages posted) {
        this.posted = posted;
    }

    @Override
    public boolean bytes(ByteBuffer arrived) {
        if (body.size() + arrived.remaining() > MAX_BYTES) {
            posted.refuse(
                    HttpStatus.PAYLOAD_TOO_LARGE_413,
                    "the body goes on at offset " + MAX_BYTES + ": expected a message in JSON of at most " + MAX_BYTES
                            + " bytes; larger ones go as frames, in " + FrameBatch.CONTENT_TYPE);
            return false;
        }
        byte[] bytes = new byte[arrived.remaining()];
        arrived.get(bytes);
        body.writeBytes(bytes);
        return true;
    }

    @Override
    public void end() {
        try {
            Message message = MessageJson.parse(body.toString(StandardCharsets.UTF_8));
            posted.send(message, 0);
        } catch (IllegalArgumentException e) {
            posted.refuse(HttpStatus.BAD_REQUEST_400, String.valueOf(e.getMessage()));
            return;
        }
        posted.answer();
    }

    @Override
    public void failed(Throwable cause) {
        posted.failed(cause);
    }
}
