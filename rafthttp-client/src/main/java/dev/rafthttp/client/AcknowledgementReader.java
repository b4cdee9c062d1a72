package dev.rafthttp.client;

import java.nio.ByteBuffer;
import java.util.function.LongConsumer;

/** Reads the return path of a push stream, a sequence of u64, from bytes cut anywhere. Belongs to the reading thread. */
final class AcknowledgementReader {
    private final LongConsumer acknowledged;
    private long partial;
    private int partialBytes;

    /** @param acknowledged given each number */
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
