package dev.rafthttp.client;

import dev.rafthttp.Lane;
import dev.rafthttp.codec.FrameBuffer;
import dev.rafthttp.codec.FrameEncoder;
import dev.rafthttp.codec.FrameLimits;
import dev.rafthttp.codec.MessageEncoder;
import dev.rafthttp.codec.MsgAppV2Encoder;
import dev.rafthttp.raftpb.Message;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * The writing end of one stream of etcd's dialect: the answer to a {@code GET}, in chunks. Told by the test's thread; its
 * connection's waits for the end.
 */
final class ScriptedAnswer {
    /** As etcd 3.4.23 was seen to answer. */
    static final String ACCEPTED = "HTTP/1.1 200 OK\r\nX-Etcd-Cluster-Id: c1\r\nX-Server-Version: 3.4.23\r\n"
            + "Date: Wed, 25 Nov 2026 01:21:40 GMT\r\nTransfer-Encoding: chunked\r\n\r\n";

    private final InputStream in;
    private final OutputStream out;
    private volatile boolean closed;

    /** @param in must support marks */
    ScriptedAnswer(InputStream in, OutputStream out) {
        this.in = in;
        this.out = out;
    }

    void accept() throws IOException {
        out.write(RequestHead.ascii(ACCEPTED));
    }

    /** Accepts and sends these bytes, in one write, so that they can come to the reader together. */
    void acceptWith(byte... data) throws IOException {
        sendRaw(concatenate(RequestHead.ascii(ACCEPTED), chunk(data)));
    }

    /** Returns when the reader has hung up, or has sent the next request on this connection. */
    void awaitEnd() throws IOException {
        try {
            in.mark(1);
            if (in.read() >= 0) {
                in.reset();
            }
        } finally {
            closed = true;
        }
    }

    /** Whether the reader has hung up, or gone on to the next request. */
    boolean isClosed() {
        return closed;
    }

    /** Writes bytes as one chunk. */
    void send(byte... data) throws IOException {
        sendRaw(chunk(data));
    }

    private static byte[] chunk(byte... data) {
        return concatenate(
                RequestHead.ascii(Integer.toHexString(data.length) + "\r\n"), data, RequestHead.ascii("\r\n"));
    }

    private static byte[] concatenate(byte[]... parts) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            all.writeBytes(part);
        }
        return all.toByteArray();
    }

    /** Writes bytes of the connection itself. */
    void sendRaw(byte... bytes) throws IOException {
        out.write(bytes);
    }

    /** Ends the answer as HTTP has it, with the connection left open. */
    void end() throws IOException {
        sendRaw(RequestHead.ascii("0\r\n\r\n"));
    }

    /** The frames that a new stream of the peer's begins with, if it carries these. */
    static byte[] frames(Lane lane, List<Message> messages) {
        FrameEncoder encoder = lane == Lane.MSGAPP
                ? new MsgAppV2Encoder(Transports.REMOTE.value(), Transports.LOCAL.value(), FrameLimits.DEFAULT)
                : new MessageEncoder();
        FrameBuffer buffer = new FrameBuffer();
        messages.forEach(message -> encoder.encode(message, buffer));
        return drain(buffer);
    }

    static byte[] linkHeartbeat(Lane lane) {
        FrameBuffer buffer = new FrameBuffer();
        FrameEncoder encoder = lane == Lane.MSGAPP
                ? new MsgAppV2Encoder(Transports.REMOTE.value(), Transports.LOCAL.value(), FrameLimits.DEFAULT)
                : new MessageEncoder();
        encoder.encodeLinkHeartbeat(buffer);
        return drain(buffer);
    }

    private static byte[] drain(FrameBuffer buffer) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (ByteBuffer piece = buffer.next(); piece != null; piece = buffer.next()) {
            byte[] bytes = new byte[piece.remaining()];
            piece.get(bytes);
            out.writeBytes(bytes);
        }
        return out.toByteArray();
    }
}
