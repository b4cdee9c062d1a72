package dev.rafthttp.bench;

import dev.rafthttp.codec.FrameBuffer;
import dev.rafthttp.codec.FrameDecoder;
import dev.rafthttp.codec.FrameLimits;
import dev.rafthttp.codec.MemoryBudget;
import dev.rafthttp.codec.MessageDecoder;
import dev.rafthttp.codec.MessageEncoder;
import dev.rafthttp.raftpb.Message;
import dev.rafthttp.raftpb.MessageType;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Two nodes, both in this process, each with a sidecar that is a process of its own: what the one posts, as the frames of one
 * long chunked body, the other reads as one long answer. The CPU time of a run is that of the nodes, without the sidecars,
 * which {@link #processes} names.
 */
final class SidecarLink implements Link {
    private static final int READ_BYTES = 128 << 10;
    private static final byte[] END_OF_LINE = {'\r', '\n'};
    private static final int END_OF_HEAD = 0x0d0a0d0a;

    private final SidecarProcess sender;
    private final SidecarProcess receiver;
    private final SocketChannel post;
    private final SocketChannel answer;
    private final MessageEncoder encoder = new MessageEncoder();
    private final FrameBuffer batch = new FrameBuffer();

    SidecarLink(Consumer<Message> received) {
        URI senderUrl = SidecarProcess.freeUrl();
        URI receiverUrl = SidecarProcess.freeUrl();
        sender = new SidecarProcess(SENDER, senderUrl, RECEIVER, receiverUrl);
        receiver = new SidecarProcess(RECEIVER, receiverUrl, SENDER, senderUrl);
        try {
            sender.awaitAttached();
            receiver.awaitAttached();
            // HTTP/1.0, so that the answer is the bytes until its end, without chunks.
            answer = request(receiver.node(), "GET /v1/messages HTTP/1.0\r\n\r\n");
            post = request(
                    sender.node(),
                    String.join(
                            "\r\n",
                            "POST /v1/messages HTTP/1.1",
                            "Host: localhost",
                            "Transfer-Encoding: chunked",
                            "Content-Type: application/octet-stream",
                            "",
                            ""));
        } catch (IOException e) {
            throw new UncheckedIOException("a sidecar cannot be reached", e);
        }
        Thread reader = new Thread(() -> read(received), "node-reader");
        reader.setDaemon(true);
        reader.start();
    }

    private static SocketChannel request(URI node, String head) throws IOException {
        SocketChannel socket = SocketChannel.open(new InetSocketAddress(node.getHost(), node.getPort()));
        socket.setOption(StandardSocketOptions.TCP_NODELAY, true);
        write(socket, ByteBuffer.wrap(head.getBytes(StandardCharsets.US_ASCII)));
        return socket;
    }

    private static void write(SocketChannel socket, ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            socket.write(bytes);
        }
    }

    @Override
    public synchronized void send(Message message) {
        encoder.encode(message, batch);
        if (batch.isFull() || message.getType() != MessageType.MsgApp) {
            flush();
        }
    }

    @Override
    public synchronized void flush() {
        try {
            for (@Nullable ByteBuffer piece = batch.next(); piece != null; piece = batch.next()) {
                String size = Integer.toHexString(piece.remaining()) + "\r\n";
                ByteBuffer end = ByteBuffer.wrap(END_OF_LINE);
                ByteBuffer[] chunk = {ByteBuffer.wrap(size.getBytes(StandardCharsets.US_ASCII)), piece, end};
                // In one call, as HTTP clients do. Three would wake the sidecar up to three times per message.
                while (end.hasRemaining()) {
                    post.write(chunk);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException("the sidecar has ended the post", e);
        }
        batch.clear();
    }

    private void read(Consumer<Message> received) {
        FrameDecoder decoder = new MessageDecoder(FrameLimits.DEFAULT, MemoryBudget.unlimited());
        Delivery sink = new Delivery(received);
        ByteBuffer buffer = ByteBuffer.allocate(READ_BYTES);
        try {
            skipHead();
            while (answer.read(buffer.clear()) >= 0) {
                decoder.decode(buffer.flip(), sink);
            }
        } catch (ClosedChannelException e) {
            // The link was closed; a run that loses messages says so itself.
        } catch (IOException e) {
            throw new UncheckedIOException("the sidecar has ended the answer", e);
        }
    }

    private void skipHead() throws IOException {
        ByteBuffer one = ByteBuffer.allocate(1);
        int lastFour = 0;
        while (lastFour != END_OF_HEAD && answer.read(one.clear()) >= 0) {
            lastFour = lastFour << Byte.SIZE | one.get(0);
        }
    }

    @Override
    public List<ProcessHandle> processes() {
        return List.of(sender.handle(), receiver.handle());
    }

    @Override
    public void close() {
        try {
            post.close();
            answer.close();
        } catch (IOException e) {
            throw new UncheckedIOException("a socket does not close", e);
        } finally {
            sender.close();
            receiver.close();
        }
    }
}
