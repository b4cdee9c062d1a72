package dev.rafthttp.microraft;

import com.google.protobuf.ByteString;
import java.io.IOException;

/**
 * Turns the operations of log entries and the chunks of snapshots, which a state machine takes, into bytes and back. Changes of the
 * group's members are not among them. Called by several threads at a time.
 */
public interface OperationCodec {

    /**
     * An operation as the data of an entry. No bytes stand for an operation without content, as in etcd's empty entry.
     *
     * @throws IllegalArgumentException if it is not an operation of this state machine
     */
    ByteString write(Object operation);

    /**
     * The inverse of {@link #write}.
     *
     * @throws IOException if the bytes are not an operation
     */
    Object read(ByteString operation) throws IOException;

    /**
     * A chunk as the data of a snapshot. It travels in one message, and so must be smaller than the largest message of the
     * transport, {@link dev.rafthttp.HeapLimits#messageBytes}.
     *
     * @throws IllegalArgumentException if it is not a chunk of this state machine
     */
    ByteString writeChunk(Object chunk);

    /**
     * The inverse of {@link #writeChunk}.
     *
     * @throws IOException if the bytes are not a chunk
     */
    Object readChunk(ByteString chunk) throws IOException;
}
