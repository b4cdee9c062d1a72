package dev.rafthttp.sidecarclient;

import dev.rafthttp.RaftCallback;
import dev.rafthttp.codec.FrameDecoder;
import dev.rafthttp.codec.FrameLimits;
import dev.rafthttp.codec.MemoryBudget;
import dev.rafthttp.codec.MessageDecoder;
import dev.rafthttp.raftpb.Message;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads messages from the sidecar for its node, in one long {@code GET /v1/messages}. */
final class SidecarReader implements LongRequest.Attempt, FrameDecoder.FrameSink {
    private static final Logger LOG = LoggerFactory.getLogger(SidecarReader.class);

    private static final int READ_BYTES = 64 << 10;

    private final OwnSidecar sidecar;
    private final RaftCallback callback;

    /** @param callback given the messages, in their order, on the request's thread */
    SidecarReader(OwnSidecar sidecar, RaftCallback callback) {
        this.sidecar = sidecar;
        this.callback = callback;
    }

    @Override
    public void run(Runnable connected) throws IOException, InterruptedException, WrongSidecarException {
        sidecar.status();
        MessageDecoder decoder = new MessageDecoder(FrameLimits.DEFAULT, MemoryBudget.unlimited());
        try (InputStream answer = sidecar.http().get(SidecarSender.PATH, Map.of())) {
            connected.run();
            byte[] bytes = new byte[READ_BYTES];
            for (int read = answer.read(bytes); read >= 0; read = answer.read(bytes)) {
                decoder.decode(ByteBuffer.wrap(bytes, 0, read), this);
            }
        }
        throw new EOFException("the sidecar ended its answer");
    }

    @Override
    @SuppressWarnings("ReferenceEquality") // The constant that means that there is nothing to wait for.
    public boolean message(Message message, int encodedBytes) {
        try {
            CompletionStage<Void> taken = callback.process(message);
            if (taken != RaftCallback.TAKEN) {
                // The thread belongs to the reader, and may wait.
                taken.toCompletableFuture().get();
            }
        } catch (InterruptedException closing) {
            Thread.currentThread().interrupt();
        } catch (Exception failure) {
            LOG.warn(
                    "a {} of member {} cannot be taken",
                    message.getType(),
                    Long.toHexString(message.getFrom()),
                    failure);
        }
        return true;
    }

    /** A sidecar sends no link heartbeats to its node. */
    @Override
    public void linkHeartbeat() {
        LOG.debug("a link heartbeat");
    }
}
