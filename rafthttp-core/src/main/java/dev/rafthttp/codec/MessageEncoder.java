package dev.rafthttp.codec;

import dev.rafthttp.raftpb.ConfState;
import dev.rafthttp.raftpb.Message;
import dev.rafthttp.raftpb.MessageType;
import dev.rafthttp.raftpb.Snapshot;
import dev.rafthttp.raftpb.SnapshotMetadata;

/**
 * Writes the message stream: {@code u64 length, Message}, repeated; etcd's {@code messageEncoder}.
 *
 * <p>A link heartbeat is a Message {@code {type MsgHeartbeat, from 0, to 0}}.
 */
public final class MessageEncoder implements FrameEncoder {
    // WIRE: byte for byte etcd's, which writes every scalar and an empty snapshot.
    private static final Message LINK_HEARTBEAT = Message.newBuilder()
            .setType(MessageType.MsgHeartbeat)
            .setTo(0)
            .setFrom(0)
            .setTerm(0)
            .setLogTerm(0)
            .setIndex(0)
            .setCommit(0)
            .setSnapshot(Snapshot.newBuilder()
                    .setMetadata(SnapshotMetadata.newBuilder()
                            .setConfState(ConfState.newBuilder().setAutoLeave(false))
                            .setIndex(0)
                            .setTerm(0)))
            .setReject(false)
            .setRejectHint(0)
            .build();

    @Override
    public void encode(Message message, FrameBuffer out) {
        int size = message.getSerializedSize();
        out.putLong(size);
        out.putMessage(message, size);
    }

    @Override
    public void encodeLinkHeartbeat(FrameBuffer out) {
        encode(LINK_HEARTBEAT, out);
    }

    /** Whether a message read from the stream is a link heartbeat, which Raft does not see. */
    static boolean isLinkHeartbeat(Message message) {
        return message.getType() == MessageType.MsgHeartbeat && message.getFrom() == 0 && message.getTo() == 0;
    }
}
