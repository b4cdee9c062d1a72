package dev.rafthttp.client;

import java.nio.ByteBuffer;
import java.util.function.LongConsumer;

/**
 * Reads the return path of a push stream: a sequence of u64, in bytes cut anywhere. Used by the reading thread only.
 */
final class AcknowledgementReader {
    private final LongConsumer acknowledged;
    private long partial;
    private int partialBytes;

    /** @param acknowledged called with each number */
    AcknowledgementReader(LongConsumer acknowledged) {
        this.acknowledged = acknowledged;
    }

    void read(ByteBuffer in) {
        while (in.hasRemaining()) {
            partial = partial << Byte.SIZE | in.get() & 0xFF;
            if (++partialBytes == Long.BYTES) {
                long whole = partial;
                partial = 0;
                partialBytes = 0;
                acknowledged.accept(whole);
            }
        }
    }
}
