package dev.rafthttp.demo.kv;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.rafthttp.demo.kv.proto.Command;
import dev.rafthttp.demo.kv.proto.MapChunk;
import dev.rafthttp.microraft.OperationCodec;

/** What the store's log entries and snapshots hold: a {@link Command}, and a {@link MapChunk}. Thread-safe. */
public final class KvOperations implements OperationCodec {
    @Override
    public ByteString write(Object operation) {
        if (operation instanceof Command command) {
            return command.toByteString();
        }
        throw foreign(operation);
    }

    @Override
    public Object read(ByteString operation) throws InvalidProtocolBufferException {
        return Command.parseFrom(operation);
    }

    @Override
    public ByteString writeChunk(Object chunk) {
        if (chunk instanceof MapChunk content) {
            return content.toByteString();
        }
        throw foreign(chunk);
    }

    @Override
    public Object readChunk(ByteString chunk) throws InvalidProtocolBufferException {
        return MapChunk.parseFrom(chunk);
    }

    private static IllegalArgumentException foreign(Object what) {
        return new IllegalArgumentException("a " + what.getClass().getName() + " is not what this store writes");
    }
}
