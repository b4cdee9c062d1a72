package dev.rafthttp.sidecarclient;

import dev.rafthttp.MemberId;
import dev.rafthttp.codec.FrameBuffer;
import dev.rafthttp.codec.MessageEncoder;
import dev.rafthttp.raftpb.Message;
import dev.rafthttp.raftpb.MessageType;
import dev.rafthttp.raftpb.SnapshotMetadata;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.eclipse.jetty.client.ContentResponse;
import org.eclipse.jetty.http.HttpMethod;
import org.eclipse.jetty.http.HttpStatus;
import org.jspecify.annotations.Nullable;

/** Sends and reads snapshots with databases, at {@code /v1/snapshots}. Knows whose end the sidecar has not told yet. Thread-safe. */
final class SidecarSnapshots {
    private static final String PATH = "/v1/snapshots";
    private static final int READ_BYTES = 64 << 10;

    private final SidecarHttp http;

    /** Snapshots that were posted and have not ended. */
    private final Collection<Posted> underWay = new ConcurrentLinkedQueue<>();

    /**
     * A snapshot that was posted.
     *
     * @param id how events name it
     */
    private record Posted(String id, MemberId peer) {
        static Posted of(Message message) {
            MemberId peer = new MemberId(message.getTo());
            SnapshotMetadata metadata = message.getSnapshot().getMetadata();
            return new Posted(peer + "-" + name(metadata.getTerm(), metadata.getIndex()), peer);
        }
    }

    SidecarSnapshots(SidecarHttp http) {
        this.http = http;
    }

    /** As {@link SidecarClient#sendSnapshot}. */
    void send(Message message, InputStream database) throws IOException, InterruptedException {
        if (message.getType() != MessageType.MsgSnap) {
            throw new IllegalArgumentException("the message is a " + message.getType() + ", expected a MsgSnap");
        }
        Posted posted = Posted.of(message);
        underWay.add(posted);
        boolean isToBeTold = false;
        try (database;
                SidecarPost post = new SidecarPost(http, PATH, () -> {})) {
            post.open();
            if (write(message, post) && write(database, post)) {
                post.end();
            } else {
                // Either there is an answer, or none will come.
                post.hangUp();
            }
            SidecarPost.Answer answer = post.answer();
            isToBeTold = answer.status() == HttpStatus.ACCEPTED_202 || answer.status() == HttpStatus.BAD_GATEWAY_502;
            if (answer.status() != HttpStatus.ACCEPTED_202) {
                throw SidecarHttp.refused(answer.status(), answer.text());
            }
        } finally {
            if (!isToBeTold) {
                underWay.remove(posted);
            }
        }
    }

    /** False if the post has ended. */
    private static boolean write(Message message, SidecarPost post) {
        FrameBuffer frame = new FrameBuffer();
        new MessageEncoder().encode(message, frame);
        for (@Nullable ByteBuffer piece = frame.next(); piece != null; piece = frame.next()) {
            if (!write(piece, post)) {
                return false;
            }
        }
        return true;
    }

    /** False if the post has ended. */
    private static boolean write(InputStream database, SidecarPost post) throws IOException {
        byte[] bytes = new byte[READ_BYTES];
        for (int read = database.read(bytes); read >= 0; read = database.read(bytes)) {
            if (!write(ByteBuffer.wrap(bytes, 0, read), post)) {
                return false;
            }
        }
        return true;
    }

    private static boolean write(ByteBuffer bytes, SidecarPost post) {
        try {
            post.write(bytes);
            return true;
        } catch (IOException ended) {
            // The answer says why.
            return false;
        }
    }

    /** As {@link SidecarClient#readSnapshot}. */
    InputStream read(long term, long index) throws IOException, InterruptedException {
        return http.get(path(term, index), Map.of());
    }

    /** As {@link SidecarClient#deleteSnapshot}. */
    boolean delete(long term, long index) throws IOException, InterruptedException {
        ContentResponse answer = http.ask(HttpMethod.DELETE, path(term, index));
        return switch (answer.getStatus()) {
            case HttpStatus.NO_CONTENT_204 -> true;
            case HttpStatus.NOT_FOUND_404 -> false;
            default -> throw SidecarHttp.refused(answer.getStatus(), answer.getContentAsString());
        };
    }

    private static String path(long term, long index) {
        return PATH + "/" + name(term, index);
    }

    private static String name(long term, long index) {
        return Long.toUnsignedString(term) + "-" + Long.toUnsignedString(index);
    }

    /** Notes that the sidecar has told the end of a snapshot. */
    void ended(String id) {
        underWay.stream().filter(each -> each.id().equals(id)).findFirst().ifPresent(underWay::remove);
    }

    /** The peers of snapshots whose end the sidecar will not tell, because it was started again; each is taken once. */
    List<MemberId> takeLost() {
        List<Posted> lost = List.copyOf(underWay);
        return lost.stream().filter(underWay::remove).map(Posted::peer).toList();
    }
}
