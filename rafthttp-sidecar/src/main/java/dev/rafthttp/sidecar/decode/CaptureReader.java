package dev.rafthttp.sidecar.decode;

import dev.rafthttp.CorruptFrameException;
import dev.rafthttp.FrameTooLargeException;
import dev.rafthttp.codec.FrameDecoder;
import dev.rafthttp.raftpb.Message;
import dev.rafthttp.raftpb.MessageType;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;

/** Reads a captured body from its first byte to its last, in memory for one frame. Belongs to one thread. */
final class CaptureReader implements FrameDecoder.FrameSink {
    private static final int BUFFER_BYTES = 64 << 10;

    private final InputStream in;
    private final FrameDecoder decoder;
    private final Printer printer;

    /** Where the frame begins that is next to be told of. */
    private long frameStart;

    /** Of the last message. */
    private MessageType type = MessageType.MsgHup;

    /** What becomes of that which is read. */
    interface Printer {
        /**
         * Prints a message.
         *
         * @param offset where its frame begins
         * @param bytes of the frame
         */
        void message(long offset, Message message, long bytes);

        /** Prints a link heartbeat. */
        void linkHeartbeat(long offset, long bytes);

        /** Prints the size of the database that follows a snapshot's message. */
        void database(long offset, long bytes);

        /** Whether anybody still reads; brings out what has been printed so far. */
        boolean isRead();
    }

    CaptureReader(InputStream in, FrameDecoder decoder, Printer printer) {
        this.in = in;
        this.decoder = decoder;
        this.printer = printer;
    }

    /**
     * Reads a stream of frames to its end, or until nobody reads what is printed.
     *
     * @throws CorruptFrameException if the bytes are no frames
     * @throws FrameTooLargeException if a frame is announced above the limit
     */
    void readFrames() throws IOException {
        byte[] buffer = new byte[BUFFER_BYTES];
        for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
            decoder.decode(ByteBuffer.wrap(buffer, 0, read), this);
            if (!printer.isRead()) {
                return;
            }
        }
        failUnlessWhole();
    }

    /**
     * Reads one message, and counts what follows it.
     *
     * @throws CorruptFrameException as {@link #readFrames}
     * @throws FrameTooLargeException as {@link #readFrames}
     */
    void readSnapshot() throws IOException {
        FirstFrame.read(in, decoder, this);
        if (frameStart == 0) {
            throw new CorruptFrameException(decoder.offset(), "the capture ends within the snapshot's message");
        }
        if (type != MessageType.MsgSnap) {
            throw new CorruptFrameException(
                    0, "a snapshot begins with a MsgSnap, and this capture with another message");
        }
        if (!printer.isRead()) {
            return;
        }
        byte[] buffer = new byte[BUFFER_BYTES];
        long database = 0;
        for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
            database += read;
        }
        printer.database(frameStart, database);
    }

    private void failUnlessWhole() {
        if (!decoder.isAtFrameBoundary()) {
            throw new CorruptFrameException(
                    decoder.offset(), "the capture ends within the frame that begins at offset " + frameStart);
        }
    }

    @Override
    public boolean message(Message message, int encodedBytes) {
        type = message.getType();
        printer.message(frameStart, message, decoder.offset() - frameStart);
        frameStart = decoder.offset();
        return true;
    }

    @Override
    public void linkHeartbeat() {
        printer.linkHeartbeat(frameStart, decoder.offset() - frameStart);
        frameStart = decoder.offset();
    }
}
