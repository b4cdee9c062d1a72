package dev.rafthttp.peer;

import dev.rafthttp.Dialect;
import dev.rafthttp.Lane;
import dev.rafthttp.MemberId;
import dev.rafthttp.PeerStatus.LaneStatus;
import dev.rafthttp.StreamType;
import dev.rafthttp.TransportConfig;
import dev.rafthttp.codec.FrameBuffer;
import dev.rafthttp.codec.FrameEncoder;
import dev.rafthttp.codec.FrameLimits;
import dev.rafthttp.codec.MessageEncoder;
import dev.rafthttp.codec.MsgAppV2Encoder;
import dev.rafthttp.fixture.RecordingCallback;
import dev.rafthttp.fixture.RecordingMetrics;
import dev.rafthttp.fixture.ScriptedInbound;
import dev.rafthttp.fixture.ScriptedPoster;
import dev.rafthttp.fixture.ScriptedSink;
import dev.rafthttp.fixture.Surroundings;
import dev.rafthttp.fixture.TestMessages;
import dev.rafthttp.inbound.InboundStream;
import dev.rafthttp.inbound.StreamReceiver;
import dev.rafthttp.outbound.OutboundStream;
import dev.rafthttp.outbound.WriterBench;
import dev.rafthttp.raftpb.Message;
import java.net.URI;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/** A peer under test, with everything around it scripted. */
final class PeerBench {
    static final MemberId ID = new MemberId(TestMessages.REMOTE);
    static final URI URL = URI.create("http://peer:2380");

    /** Of the streams that it takes. */
    static final Duration MAX_SILENCE = Duration.ofSeconds(3);

    final Surroundings surroundings = new Surroundings();
    final RecordingCallback raft = surroundings.raft;
    final RecordingMetrics metrics = surroundings.metrics;
    final ScriptedPoster poster = new ScriptedPoster();
    final Peer peer;

    PeerBench() {
        this(builder -> builder, false);
    }

    PeerBench(UnaryOperator<TransportConfig.Builder> changes, boolean remote) {
        peer = new Peer(surroundings.environment(changes), ID, List.of(URL), Dialect.PUSH, remote, poster);
    }

    /** @param executor runs what the peer does not do on the caller's thread */
    PeerBench(Executor executor) {
        peer = new Peer(
                surroundings.environment(builder -> builder, executor), ID, List.of(URL), Dialect.PUSH, false, poster);
    }

    OutboundStream attach(StreamType type, ScriptedSink sink) {
        FrameEncoder encoder = type == StreamType.MSGAPP
                ? new MsgAppV2Encoder(TestMessages.LOCAL, TestMessages.REMOTE, FrameLimits.DEFAULT)
                : new MessageEncoder();
        OutboundStream stream = peer.writer(type).attach(sink, encoder, true);
        rest();
        return stream;
    }

    /** Detaches both lanes, as if each had been dialled in vain. */
    void dialInVain() {
        peer.writer(StreamType.MSGAPP).dialFailed();
        peer.writer(StreamType.MESSAGE).dialFailed();
    }

    /** Takes a stream that the peer writes. */
    StreamReceiver accept(StreamType type, InboundStream stream) {
        return peer.accept(type, stream, MAX_SILENCE);
    }

    StreamReceiver accept(StreamType type) {
        return accept(type, new ScriptedInbound());
    }

    StreamReceiver accept(StreamType type, Consumer<Throwable> closed) {
        return accept(type, new ScriptedInbound(closed));
    }

    /** Sends messages to a lane that rests between them, so that nothing goes to the executor. */
    void send(Message... messages) {
        for (Message message : messages) {
            peer.send(message);
            rest();
        }
    }

    void rest() {
        surroundings.scheduler.advance(Duration.ofMillis(1));
    }

    /** Runs what waits for the executor: reports, proposals, drains. */
    void settle() {
        surroundings.executor.runAll();
    }

    LaneStatus status(Lane lane) {
        return Objects.requireNonNull(peer.status().lanes().get(lane));
    }

    /** The labels of what a message stream's successful writes carried. */
    static List<String> writtenTo(ScriptedSink sink) {
        return WriterBench.framesIn(sink).messages().stream()
                .map(TestMessages::label)
                .toList();
    }

    /** The labels of what was posted. */
    List<String> posted() {
        return poster.posts().stream()
                .map(post -> TestMessages.label(post.message()))
                .toList();
    }

    /** The labels of what Raft took. */
    List<String> processed() {
        return raft.processed().stream().map(TestMessages::label).toList();
    }

    /** The bytes of a message stream that the peer writes, or such a stream's next bytes. */
    static ByteBuffer frames(Message... messages) {
        return framesAsGiven(Arrays.stream(messages).map(TestMessages::fromPeer).toArray(Message[]::new));
    }

    /** The bytes of a msgapp stream that the peer writes. */
    static ByteBuffer msgAppFrames(Message... messages) {
        FrameBuffer buffer = new FrameBuffer();
        MsgAppV2Encoder encoder = new MsgAppV2Encoder(TestMessages.REMOTE, TestMessages.LOCAL, FrameLimits.DEFAULT);
        for (Message message : messages) {
            encoder.encode(TestMessages.fromPeer(message), buffer);
        }
        return Objects.requireNonNull(buffer.next());
    }

    /** The bytes of a message stream with messages whose {@code from} and {@code to} stay as they are. */
    static ByteBuffer framesAsGiven(Message... messages) {
        FrameBuffer buffer = new FrameBuffer();
        MessageEncoder encoder = new MessageEncoder();
        List<ByteBuffer> pieces = new ArrayList<>();
        for (Message message : messages) {
            encoder.encode(message, buffer);
            for (ByteBuffer piece = buffer.next(); piece != null; piece = buffer.next()) {
                ByteBuffer copy = ByteBuffer.allocate(piece.remaining());
                copy.put(piece).flip();
                pieces.add(copy);
            }
        }
        ByteBuffer all = ByteBuffer.allocate(
                pieces.stream().mapToInt(ByteBuffer::remaining).sum());
        pieces.forEach(all::put);
        return all.flip();
    }
}
