package dev.rafthttp.demo.kv;

import com.google.protobuf.ByteString;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** Takes writes. Thread-safe. */
@FunctionalInterface
public interface KvStore {

    /**
     * Replicates a write; completes with the value it replaced, once it is committed. Only the leader can.
     *
     * @return completes exceptionally with a {@link io.microraft.exception.RaftException}, a {@link
     *     java.util.concurrent.RejectedExecutionException} or an {@link IllegalStateException} if it is worth trying again,
     *     here or elsewhere
     */
    CompletableFuture<Optional<ByteString>> put(String key, ByteString value);
}
