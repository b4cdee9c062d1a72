package dev.rafthttp.server;

import dev.rafthttp.Protocol;
import dev.rafthttp.raftpb.Message;
import dev.rafthttp.raftpb.MessageType;
import dev.rafthttp.raftpb.Snapshot;
import dev.rafthttp.raftpb.SnapshotMetadata;
import dev.rafthttp.server.ScriptedPeer.Request;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.Objects;

/** Requests of {@code POST /raft/snapshot}, and the one that etcd was captured making. */
final class SnapshotPosts {
    static final Message MESSAGE = snapshot(42).build();

    private SnapshotPosts() {}

    static Message.Builder snapshot(long index) {
        return Frames.message(MessageType.MsgSnap, 1).toBuilder()
                .setSnapshot(Snapshot.newBuilder()
                        .setMetadata(SnapshotMetadata.newBuilder().setTerm(6).setIndex(index)));
    }

    /** The body: a message, and the database after it. */
    static byte[] body(Message message, byte[] database) {
        byte[] bytes = message.toByteArray();
        return ByteBuffer.allocate(Long.BYTES + bytes.length + database.length)
                .putLong(bytes.length)
                .put(bytes)
                .put(database)
                .array();
    }

    /** The head of one with a length. */
    static Request withLength(long length) {
        return new Request("POST", Protocol.SNAPSHOT_PATH)
                .with("Content-Type", Protocol.OCTETS)
                .with("Content-Length", Long.toString(length));
    }

    /** The head of a chunked one, as etcd sends it. */
    static Request chunked() {
        return withLength(0).without("Content-Length").with("Transfer-Encoding", "chunked");
    }

    /** etcd's body. */
    static byte[] golden() {
        return resource("raft-snapshot.bin");
    }

    private static byte[] resource(String name) {
        try (InputStream in = SnapshotPosts.class.getResourceAsStream("/golden/" + name)) {
            return Objects.requireNonNull(in, name).readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
