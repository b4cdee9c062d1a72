package dev.rafthttp.server;

import dev.rafthttp.StreamType;
import dev.rafthttp.codec.FrameBuffer;
import dev.rafthttp.codec.FrameEncoder;
import dev.rafthttp.codec.FrameLimits;
import dev.rafthttp.codec.MessageEncoder;
import dev.rafthttp.codec.MsgAppV2Encoder;
import dev.rafthttp.raftpb.Message;
import dev.rafthttp.raftpb.MessageType;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;

/** The frames that peer 2 writes to member 1 on one stream. */
final class Frames {
    private final FrameEncoder encoder;
    private final StreamType type;

    Frames(StreamType type) {
        this.type = type;
        this.encoder = type == StreamType.MSGAPP
                ? new MsgAppV2Encoder(ReceivingMember.PEER.value(), ReceivingMember.ID.value(), FrameLimits.DEFAULT)
                : new MessageEncoder();
    }

    /** A message that a stream of its type carries. */
    Message message(long index) {
        return message(type == StreamType.MSGAPP ? MessageType.MsgApp : MessageType.MsgHeartbeat, index);
    }

    static Message message(MessageType type, long index) {
        return Message.newBuilder()
                .setType(type)
                .setFrom(ReceivingMember.PEER.value())
                .setTo(ReceivingMember.ID.value())
                .setTerm(1)
                .setLogTerm(1)
                .setIndex(index)
                .setCommit(0)
                .build();
    }

    byte[] of(Message... messages) {
        FrameBuffer buffer = new FrameBuffer();
        for (Message message : messages) {
            encoder.encode(message, buffer);
        }
        return bytes(buffer);
    }

    byte[] linkHeartbeats(int count) {
        FrameBuffer buffer = new FrameBuffer();
        for (int i = 0; i < count; i++) {
            encoder.encodeLinkHeartbeat(buffer);
        }
        return bytes(buffer);
    }

    private static byte[] bytes(FrameBuffer buffer) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (ByteBuffer piece = buffer.next(); piece != null; piece = buffer.next()) {
            byte[] bytes = new byte[piece.remaining()];
            piece.get(bytes);
            out.writeBytes(bytes);
        }
        return out.toByteArray();
    }
}
