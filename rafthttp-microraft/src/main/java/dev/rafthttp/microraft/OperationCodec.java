package dev.rafthttp.microraft;

import com.google.protobuf.ByteString;
import java.io.IOException;

/**
 * The bytes of what a state machine is given: the operations of log entries, and the chunks of snapshots. Changes of the group's
 * members are not among them. Called by several threads at a time.
 */
public interface OperationCodec {

    /**
     * An operation as the data of an entry. An operation that is to be as small as etcd's empty entry is no bytes.
     *
     * @throws IllegalArgumentException if it is no operation of this state machine
     */
    ByteString write(Object operation);

    /**
     * The inverse of {@link #write}.
     *
     * @throws IOException if the bytes are no operation
     */
    Object read(ByteString operation) throws IOException;

    /**
     * A chunk as the data of a snapshot. It travels in one message, so that it must be smaller than the largest one that the
     * transport takes, {@link dev.rafthttp.HeapLimits#messageBytes}.
     *
     * @throws IllegalArgumentException if it is no chunk of this state machine
     */
    ByteString writeChunk(Object chunk);

    /**
     * The inverse of {@link #writeChunk}.
     *
     * @throws IOException if the bytes are no chunk
     */
    Object readChunk(ByteString chunk) throws IOException;
}
