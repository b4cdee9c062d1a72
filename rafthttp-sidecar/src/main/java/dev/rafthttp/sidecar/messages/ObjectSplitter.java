package dev.rafthttp.sidecar.messages;

import dev.rafthttp.sidecar.http.RefusedRequestException;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;

/**
 * Cuts JSON objects out of bytes that are cut anywhere: one after the other, with white space between them, such as one per
 * line. Looks at braces and strings only; whether an object is JSON is its taker's to say. Holds one object. Belongs to the
 * thread that reads the body.
 */
final class ObjectSplitter {
    private final int maxBytes;
    private final Taker taker;
    private final ByteArrayOutputStream object = new ByteArrayOutputStream();
    private long offset;
    private long objectStart;
    private int depth;
    private boolean isInString;
    private boolean isEscaped;

    /** What becomes of each object. */
    interface Taker {
        /**
         * Takes one.
         *
         * @param start its offset in the body
         * @throws IllegalArgumentException if it is not what is expected
         */
        void object(ByteBuffer utf8, long start);
    }

    /** @param maxBytes that one object may have */
    ObjectSplitter(int maxBytes, Taker taker) {
        this.maxBytes = maxBytes;
        this.taker = taker;
    }

    /**
     * Consumes bytes up to the end, or up to where they are wrong.
     *
     * @throws RefusedRequestException if an object is above the limit
     * @throws IllegalArgumentException naming the offset, if there is something else than an object
     */
    void split(ByteBuffer bytes) {
        int from = bytes.position();
        while (bytes.hasRemaining()) {
            byte next = bytes.get();
            boolean isWithin = depth > 0;
            if (isWithin) {
                within(next);
            } else {
                begin(next);
                from = bytes.position() - 1;
            }
            if (isWithin && depth == 0) {
                keep(bytes, from);
                byte[] whole = object.toByteArray();
                object.reset();
                taker.object(ByteBuffer.wrap(whole), objectStart);
            }
            offset++;
        }
        if (depth > 0) {
            keep(bytes, from);
        }
    }

    private void begin(byte next) {
        if (next == '{') {
            depth = 1;
            objectStart = offset;
        } else if (next != ' ' && next != '\n' && next != '\r' && next != '\t') {
            throw new IllegalArgumentException("there is " + shown(next) + " at offset " + offset
                    + ": expected JSON objects, each a raftpb.Message, such as one per line");
        }
    }

    private static String shown(byte next) {
        return next > ' ' && next <= '~' ? "'" + (char) next + "'" : "a byte 0x%02x".formatted(next);
    }

    private void within(byte next) {
        if (isInString) {
            if (isEscaped) {
                isEscaped = false;
            } else if (next == '\\') {
                isEscaped = true;
            } else if (next == '"') {
                isInString = false;
            }
        } else if (next == '"') {
            isInString = true;
        } else if (next == '{' || next == '[') {
            depth++;
        } else if (next == '}' || next == ']') {
            depth--;
        }
    }

    /** Keeps what of the object there is in a buffer, up to its position. */
    private void keep(ByteBuffer bytes, int from) {
        int count = bytes.position() - from;
        if (object.size() + count > maxBytes) {
            throw RefusedRequestException.tooLarge("the object at offset " + objectStart + " has more than " + maxBytes
                    + " bytes: larger messages go as frames, in " + FrameBatch.CONTENT_TYPE);
        }
        byte[] some = new byte[count];
        bytes.get(from, some);
        object.writeBytes(some);
    }

    /** Whether the last object is whole. */
    boolean isBetweenObjects() {
        return depth == 0;
    }

    /** Where in the body the next byte stands. */
    long offset() {
        return offset;
    }

    /** Where the last object that was begun begins. */
    long objectStart() {
        return objectStart;
    }
}
