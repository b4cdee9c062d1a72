package dev.rafthttp.sidecar.messages;

import dev.rafthttp.CorruptFrameException;
import dev.rafthttp.DropReason;
import dev.rafthttp.FrameTooLargeException;
import dev.rafthttp.NoRoomException;
import dev.rafthttp.codec.FrameDecoder;
import dev.rafthttp.codec.MessageDecoder;
import dev.rafthttp.raftpb.Message;
import dev.rafthttp.raftpb.MessageType;
import dev.rafthttp.runtime.FatalErrors;
import dev.rafthttp.sidecar.http.RequestBody;
import java.nio.ByteBuffer;
import java.util.Optional;
import org.eclipse.jetty.http.HttpStatus;

/** The body of a {@code POST /v1/messages} that is frames: each message is sent as soon as it is whole. */
public final class PostedFrames implements RequestBody.Sink, FrameDecoder.FrameSink {
    /** The transport's own, which no node sends: from 0 and to 0. */
    private static final Message LINK_HEARTBEAT =
            Message.newBuilder().setType(MessageType.MsgHeartbeat).build();

    private final PostedMessages posted;
    private MessageDecoder decoder;
    private final FramingMistake mistake = new FramingMistake();
    private long offset;

    /** Whether the transport has a message that it has not returned from; so if what it throws ended the body, too. */
    private boolean sending;

    public PostedFrames(PostedMessages posted) {
        this.posted = posted;
        this.decoder = posted.newDecoder();
    }

    @Override
    public boolean bytes(ByteBuffer arrived) {
        if (posted.isClosing()) {
            decoder.close();
            posted.answerEarly();
            return false;
        }
        mistake.look(arrived);
        try {
            decoder.decode(arrived, this);
            return true;
        } catch (FrameTooLargeException e) {
            refuse(HttpStatus.PAYLOAD_TOO_LARGE_413, String.valueOf(e.getMessage()));
        } catch (CorruptFrameException | IllegalArgumentException e) {
            refuse(HttpStatus.BAD_REQUEST_400, String.valueOf(e.getMessage()));
        } catch (OutOfMemoryError e) {
            if (sending) {
                FatalErrors.report(e);
                throw e;
            }
            refuseForMemory(e);
        } catch (NoRoomException e) {
            refuseForMemory(e);
        }
        return false;
    }

    /** Lets go of what was collected first, because an answer needs memory too. */
    private void refuseForMemory(Throwable cause) {
        decoder.close();
        decoder = posted.newDecoder();
        posted.refuseForMemory(offset, cause);
    }

    /** An author's mistake shows in the first frame. */
    private void refuse(int status, String error) {
        decoder.close();
        Optional<String> recognized = offset == 0 ? mistake.recognized() : Optional.empty();
        if (recognized.isPresent()) {
            posted.refuse(HttpStatus.BAD_REQUEST_400, "no frame at offset 0: " + recognized.get());
        } else {
            boolean isLength = status == HttpStatus.PAYLOAD_TOO_LARGE_413 && offset == 0;
            posted.refuse(
                    status,
                    error + (isLength ? mistake.reversed().map("; "::concat).orElse("") : ""));
        }
    }

    @Override
    public boolean message(Message message, int encodedBytes) {
        sending = true;
        posted.send(message, offset);
        sending = false;
        offset += encodedBytes;
        return true;
    }

    @Override
    public void linkHeartbeat() {
        posted.drop(DropReason.FROM_MISMATCH, LINK_HEARTBEAT);
        offset = decoder.offset();
    }

    @Override
    public void end() {
        if (decoder.isAtFrameBoundary()) {
            decoder.close();
            posted.answer();
        } else {
            refuse(
                    HttpStatus.BAD_REQUEST_400,
                    "the body ends at offset " + decoder.offset() + ", within the frame at offset " + offset
                            + ": expected frames of a u64 length, big-endian, and so many bytes of Message");
        }
    }

    @Override
    public void failed(Throwable cause) {
        decoder.close();
        posted.failed(cause, decoder.offset());
    }
}
