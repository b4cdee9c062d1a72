package dev.rafthttp.codec;

import dev.rafthttp.raftpb.Message;

/** Reads the message stream, {@code u64 length, Message}, repeated; etcd's {@code messageDecoder}. */
public final class MessageDecoder extends AtomDecoder {
    private static final int NO_LENGTH = -1;

    private final Message.Builder builder = Message.newBuilder();
    private int length = NO_LENGTH;

    /** @param budget what decoding takes is taken from it */
    public MessageDecoder(FrameLimits limits, MemoryBudget budget) {
        super(limits, budget);
    }

    @Override
    public boolean isAtFrameBoundary() {
        return length == NO_LENGTH && !isWithinAtom();
    }

    @Override
    boolean step(FrameSink out) {
        if (length == NO_LENGTH) {
            if (!hasLong()) {
                return false;
            }
            length = checkedLength("message", takeLong(), 0);
        }
        if (!merge(length, builder, false)) {
            return false;
        }
        Message message = builder.buildPartial();
        builder.clear();
        int frameBytes = Long.BYTES + length;
        length = NO_LENGTH;
        if (MessageEncoder.isLinkHeartbeat(message)) {
            out.linkHeartbeat();
            return true;
        }
        return give(message, frameBytes, out);
    }
}
