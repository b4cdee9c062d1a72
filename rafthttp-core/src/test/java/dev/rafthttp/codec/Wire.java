package dev.rafthttp.codec;

import com.google.protobuf.ByteString;
import java.nio.ByteBuffer;

/** Takes bytes out of a {@link FrameBuffer} as a stream's writer does. */
final class Wire {
    private Wire() {}

    /** All that was put, which the buffer then forgets. */
    static ByteString drain(FrameBuffer buffer) {
        ByteString bytes = ByteString.EMPTY;
        for (ByteBuffer piece = buffer.next(); piece != null; piece = buffer.next()) {
            bytes = bytes.concat(ByteString.copyFrom(piece));
        }
        buffer.clear();
        return bytes;
    }
}
