package dev.rafthttp.demo.kv;

import com.google.protobuf.ByteString;
import dev.rafthttp.demo.kv.proto.Command;
import dev.rafthttp.demo.kv.proto.MapChunk;
import dev.rafthttp.demo.kv.proto.Put;
import io.microraft.statemachine.StateMachine;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The replicated map. It is sorted, so that every replica cuts a snapshot into the same chunks, which MicroRaft may then fetch
 * from several members at once.
 *
 * <p>Changed by the member's Raft thread alone. {@link #get}, {@link #contents} and {@link #appliedIndex} answer any thread,
 * while Raft is busy: they wait for one command at most.
 */
final class KvStateMachine implements StateMachine {
    /** So small that a snapshot of the demo takes several chunks, and not just one message. */
    static final int CHUNK_BYTES = 32 * 1024;

    private final Object lock = new Object();
    /** Guarded by {@code lock}; the Raft thread, which alone changes it, reads it without. */
    private final NavigableMap<String, ByteString> entries = new TreeMap<>();
    /** Written under {@code lock}, with the entries. */
    private volatile long appliedIndex;

    /** A map at a log index. */
    record Contents(long appliedIndex, NavigableMap<String, ByteString> entries) {}

    /** The log index up to which commands have been applied. */
    long appliedIndex() {
        return appliedIndex;
    }

    Optional<ByteString> get(String key) {
        synchronized (lock) {
            return Optional.ofNullable(entries.get(key));
        }
    }

    /** A copy of the whole map. */
    Contents contents() {
        synchronized (lock) {
            return new Contents(appliedIndex, new TreeMap<>(entries));
        }
    }

    /** Runs a {@link Command}. A put returns the value it replaced, or null. */
    @Override
    public @Nullable Object runOperation(long commitIndex, Object operation) {
        if (operation instanceof Command command) {
            synchronized (lock) {
                Object replaced = switch (command.getCommandCase()) {
                    case PUT ->
                        entries.put(command.getPut().getKey(), command.getPut().getValue());
                    case COMMAND_NOT_SET -> null;
                };
                appliedIndex = commitIndex;
                return replaced;
            }
        }
        throw new IllegalArgumentException("operation at index " + commitIndex + " is a "
                + operation.getClass().getName() + ", expected a Command");
    }

    @Override
    public void takeSnapshot(long commitIndex, Consumer<Object> chunks) {
        MapChunk.Builder chunk = MapChunk.newBuilder();
        int bytes = 0;
        for (Map.Entry<String, ByteString> entry : entries.entrySet()) {
            Put put = Put.newBuilder()
                    .setKey(entry.getKey())
                    .setValue(entry.getValue())
                    .build();
            chunk.addEntries(put);
            bytes += put.getSerializedSize();
            if (bytes >= CHUNK_BYTES) {
                chunks.accept(chunk.build());
                chunk = MapChunk.newBuilder();
                bytes = 0;
            }
        }
        if (bytes > 0 || entries.isEmpty()) {
            chunks.accept(chunk.build());
        }
    }

    @Override
    public void installSnapshot(long commitIndex, List<Object> chunks) {
        synchronized (lock) {
            entries.clear();
            for (Object chunk : chunks) {
                for (Put put : ((MapChunk) chunk).getEntriesList()) {
                    entries.put(put.getKey(), put.getValue());
                }
            }
            appliedIndex = commitIndex;
        }
    }

    @Override
    public Object getNewTermOperation() {
        return Command.getDefaultInstance();
    }
}
