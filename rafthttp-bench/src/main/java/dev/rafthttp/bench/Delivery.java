package dev.rafthttp.bench;

import dev.rafthttp.codec.FrameDecoder;
import dev.rafthttp.raftpb.Message;
import java.util.function.Consumer;

/** Gives each message of a bare stream to the load; nobody writes link heartbeats there. */
record Delivery(Consumer<Message> received) implements FrameDecoder.FrameSink {
    @Override
    public boolean message(Message message, int encodedBytes) {
        received.accept(message);
        return true;
    }

    @Override
    public void linkHeartbeat() {
        throw new IllegalStateException("a link heartbeat where none is sent");
    }
}
