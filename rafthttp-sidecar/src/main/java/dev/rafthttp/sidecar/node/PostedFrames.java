package dev.rafthttp.sidecar.node;

import dev.rafthttp.CorruptFrameException;
import dev.rafthttp.FrameTooLargeException;
import dev.rafthttp.codec.FrameDecoder;
import dev.rafthttp.codec.FrameLimits;
import dev.rafthttp.codec.MessageDecoder;
import dev.rafthttp.raftpb.Message;
import java.nio.ByteBuffer;
import org.eclipse.jetty.http.HttpStatus;

/** The body of a {@code POST /v1/messages} that is frames: each message is sent as soon as it is whole. */
final class PostedFrames implements RequestBody.Sink, FrameDecoder.FrameSink {
    private final PostedMessages posted;
    private final MessageDecoder decoder = new MessageDecoder(FrameLimits.DEFAULT);
    private long offset;

    PostedFrames(PostedMessages posted) {
        this.posted = posted;
    }

    @Override
    public boolean bytes(ByteBuffer arrived) {
        if (posted.isClosing()) {
            posted.answerEarly();
            return false;
        }
        try {
            decoder.decode(arrived, this);
            return true;
        } catch (FrameTooLargeException e) {
            posted.refuse(HttpStatus.PAYLOAD_TOO_LARGE_413, e.getMessage());
        } catch (CorruptFrameException | IllegalArgumentException e) {
            posted.refuse(HttpStatus.BAD_REQUEST_400, String.valueOf(e.getMessage()));
        }
        return false;
    }

    @Override
    public void message(Message message, int encodedBytes) {
        posted.send(message, offset);
        offset += encodedBytes;
    }

    @Override
    public void linkHeartbeat() {
        throw new IllegalArgumentException("the message at offset " + offset
                + " is a link heartbeat, from 0 and to 0: expected a message of the node's, which needs none");
    }

    @Override
    public void end() {
        if (decoder.isAtFrameBoundary()) {
            posted.answer();
        } else {
            posted.refuse(
                    HttpStatus.BAD_REQUEST_400,
                    "the body ends at offset " + decoder.offset() + ", within the frame at offset " + offset
                            + ": expected frames of a u64 length, big-endian, and so many bytes of Message");
        }
    }

    @Override
    public void failed(Throwable cause) {
        posted.failed(cause);
    }
}
