package dev.rafthttp.client;

import dev.rafthttp.Lane;
import dev.rafthttp.codec.FrameDecoder;
import dev.rafthttp.codec.FrameLimits;
import dev.rafthttp.codec.MemoryBudget;
import dev.rafthttp.codec.MessageDecoder;
import dev.rafthttp.codec.MsgAppV2Decoder;
import dev.rafthttp.raftpb.Message;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The receiving end of one accepted push stream: takes frames, and acknowledges every chunk until told to be silent. Read by
 * its connection's thread; asked and told by the test's.
 */
final class ScriptedStream {
    static final String CONTINUE = "HTTP/1.1 100 Continue\r\n\r\n";
    static final String ACCEPTED = "HTTP/1.1 200 OK\r\nContent-Type: application/octet-stream\r\n"
            + "X-Server-Version: 3.6.0\r\nTransfer-Encoding: chunked\r\n\r\n";

    private final InputStream in;
    private final OutputStream out;
    private final FrameDecoder decoder;
    private final List<Message> messages = new CopyOnWriteArrayList<>();
    private final AtomicInteger linkHeartbeats = new AtomicInteger();
    private volatile boolean silent;

    // Guarded by this.
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    ScriptedStream(Lane lane, InputStream in, OutputStream out) {
        this.in = in;
        this.out = out;
        this.decoder = lane == Lane.MSGAPP
                ? new MsgAppV2Decoder(
                        Transports.REMOTE.value(),
                        Transports.LOCAL.value(),
                        FrameLimits.DEFAULT,
                        MemoryBudget.unlimited())
                : new MessageDecoder(FrameLimits.DEFAULT, MemoryBudget.unlimited());
    }

    /** Accepts, and reads to the end. */
    void serve() throws IOException {
        synchronized (this) {
            out.write(RequestHead.ascii(CONTINUE + ACCEPTED));
        }
        for (byte[] chunk = RequestHead.readChunk(in); chunk != null; chunk = RequestHead.readChunk(in)) {
            synchronized (this) {
                bytes.writeBytes(chunk);
            }
            decoder.decode(ByteBuffer.wrap(chunk), new FrameDecoder.FrameSink() {
                @Override
                public boolean message(Message message, int encodedBytes) {
                    messages.add(message);
                    return true;
                }

                @Override
                public void linkHeartbeat() {
                    linkHeartbeats.incrementAndGet();
                }
            });
            if (!silent) {
                acknowledge(messages.size());
            }
        }
    }

    /** Acknowledges nothing any more by itself. */
    void beSilent() {
        silent = true;
    }

    /** Says that so many messages have been delivered. */
    void acknowledge(long total) throws IOException {
        answer(ByteBuffer.allocate(Long.BYTES).putLong(total).array());
    }

    /** Puts bytes on the return path, in a chunk of their own. */
    synchronized void answer(byte... data) throws IOException {
        ByteArrayOutputStream chunk = new ByteArrayOutputStream();
        chunk.writeBytes(RequestHead.ascii(Integer.toHexString(data.length) + "\r\n"));
        chunk.writeBytes(data);
        chunk.writeBytes(RequestHead.ascii("\r\n"));
        out.write(chunk.toByteArray());
    }

    /** Ends the answer as HTTP has it, with the connection left open. */
    synchronized void end() throws IOException {
        silent = true;
        out.write(RequestHead.ascii("0\r\n\r\n"));
    }

    /** What has been decoded so far. */
    List<Message> messages() {
        return messages;
    }

    int linkHeartbeats() {
        return linkHeartbeats.get();
    }

    /** The body so far. */
    synchronized byte[] bytes() {
        return bytes.toByteArray();
    }
}
