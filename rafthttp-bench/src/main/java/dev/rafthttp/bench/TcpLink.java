package dev.rafthttp.bench;

import dev.rafthttp.codec.FrameBuffer;
import dev.rafthttp.codec.FrameDecoder;
import dev.rafthttp.codec.FrameEncoder;
import dev.rafthttp.codec.FrameLimits;
import dev.rafthttp.codec.MemoryBudget;
import dev.rafthttp.codec.MessageDecoder;
import dev.rafthttp.codec.MessageEncoder;
import dev.rafthttp.codec.MsgAppV2Decoder;
import dev.rafthttp.codec.MsgAppV2Encoder;
import dev.rafthttp.raftpb.Message;
import dev.rafthttp.raftpb.MessageType;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A bare blocking socket a lane, with this project's codec at both ends: what no transport over TCP can outdo by much. The
 * sender writes itself, when its batch is full or it is about to wait; a thread reads each socket.
 */
final class TcpLink implements Link {
    private final Lane msgApps;
    private final Lane others;

    TcpLink(Consumer<Message> received) {
        long from = SENDER.value();
        long to = RECEIVER.value();
        try (ServerSocketChannel listener =
                ServerSocketChannel.open().bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))) {
            msgApps = new Lane(
                    listener,
                    new MsgAppV2Encoder(from, to, FrameLimits.DEFAULT),
                    new MsgAppV2Decoder(to, from, FrameLimits.DEFAULT, MemoryBudget.unlimited()),
                    received);
            others = new Lane(
                    listener,
                    new MessageEncoder(),
                    new MessageDecoder(FrameLimits.DEFAULT, MemoryBudget.unlimited()),
                    received);
        } catch (IOException e) {
            throw new UncheckedIOException("no socket pair over loopback", e);
        }
    }

    @Override
    public void send(Message message) {
        if (message.getType() == MessageType.MsgApp) {
            msgApps.send(message);
        } else {
            others.send(message);
            others.flush();
        }
    }

    @Override
    public void flush() {
        msgApps.flush();
    }

    @Override
    public void close() {
        msgApps.close();
        others.close();
    }

    /** One socket pair. All but reading belongs to the sending thread. */
    private static final class Lane {
        /** Smaller ones cost calls, larger ones the processor's cache. */
        private static final int READ_BYTES = 128 << 10;

        private final SocketChannel out;
        private final SocketChannel in;
        private final FrameEncoder encoder;
        private final FrameBuffer batch = new FrameBuffer();
        private final Thread reader;

        Lane(ServerSocketChannel listener, FrameEncoder encoder, FrameDecoder decoder, Consumer<Message> received)
                throws IOException {
            this.encoder = encoder;
            out = SocketChannel.open(listener.getLocalAddress());
            out.setOption(StandardSocketOptions.TCP_NODELAY, true);
            in = listener.accept();
            reader = new Thread(() -> read(decoder, new Delivery(received)), "tcp-reader");
            reader.setDaemon(true);
            reader.start();
        }

        void send(Message message) {
            encoder.encode(message, batch);
            if (batch.isFull()) {
                flush();
            }
        }

        void flush() {
            try {
                for (@Nullable ByteBuffer piece = batch.next(); piece != null; piece = batch.next()) {
                    while (piece.hasRemaining()) {
                        out.write(piece);
                    }
                }
            } catch (IOException e) {
                throw new UncheckedIOException("the socket is broken", e);
            }
            batch.clear();
        }

        private void read(FrameDecoder decoder, FrameDecoder.FrameSink sink) {
            ByteBuffer buffer = ByteBuffer.allocate(READ_BYTES);
            try {
                while (in.read(buffer.clear()) >= 0) {
                    decoder.decode(buffer.flip(), sink);
                }
            } catch (ClosedChannelException e) {
                // The link was closed; a run that loses messages says so itself.
            } catch (IOException e) {
                throw new UncheckedIOException("the socket is broken", e);
            }
        }

        void close() {
            try {
                out.close();
                in.close();
            } catch (IOException e) {
                throw new UncheckedIOException("a socket does not close", e);
            }
        }
    }
}
