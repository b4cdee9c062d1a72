package dev.rafthttp.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import dev.rafthttp.Dialect;
import dev.rafthttp.DropReason;
import dev.rafthttp.Lane;
import dev.rafthttp.MemberId;
import dev.rafthttp.PeerStatus.LaneStatus;
import dev.rafthttp.ServerVersion;
import dev.rafthttp.StreamType;
import dev.rafthttp.TransportConfig;
import dev.rafthttp.codec.FrameBuffer;
import dev.rafthttp.codec.MessageEncoder;
import dev.rafthttp.coupling.StreamCoupler;
import dev.rafthttp.fixture.GoldenStream;
import dev.rafthttp.peer.Peer;
import dev.rafthttp.raftpb.Entry;
import dev.rafthttp.raftpb.Message;
import dev.rafthttp.raftpb.MessageType;
import dev.rafthttp.server.ScriptedPeer.Answer;
import dev.rafthttp.server.ScriptedPeer.Head;
import dev.rafthttp.server.ScriptedPeer.Request;
import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.eclipse.jetty.ee11.servlet.ServletContextHandler;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.component.LifeCycle;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Streams of etcd's dialect that the peer asks for, and we write. */
class PullStreamTest {
    private ReceivingMember member = member(builder -> builder.serverVersion(new ServerVersion(3, 4, 23)));

    private static ReceivingMember member(UnaryOperator<TransportConfig.Builder> configured) {
        return new ReceivingMember(
                ReceivingMember.ID, ReceivingMember.PEER, Dialect.ETCD, StreamCoupler.NONE, configured);
    }

    private void restart(UnaryOperator<TransportConfig.Builder> configured) {
        member.close();
        member = member(configured);
    }

    @AfterEach
    void close() {
        member.close();
    }

    private Peer peer() {
        return Objects.requireNonNull(member.peers.get(ReceivingMember.PEER));
    }

    private LaneStatus status(Lane lane) {
        return Objects.requireNonNull(peer().status().lanes().get(lane));
    }

    private void awaitAttached(StreamType type) {
        await().until(() -> status(type.lane()).attached());
    }

    private static Message heartbeat(long commit) {
        return message(MessageType.MsgHeartbeat).setCommit(commit).build();
    }

    private static Message app(long index, int dataBytes) {
        return message(MessageType.MsgApp)
                .setIndex(index)
                .setLogTerm(1)
                .addEntries(Entry.newBuilder()
                        .setTerm(1)
                        .setIndex(index + 1)
                        .setData(ByteString.copyFrom(new byte[dataBytes])))
                .build();
    }

    private static Message.Builder message(MessageType type) {
        return Message.newBuilder()
                .setType(type)
                .setFrom(ReceivingMember.ID.value())
                .setTo(ReceivingMember.PEER.value())
                .setTerm(1);
    }

    /** The bytes of the message stream. */
    private static byte[] frames(List<Message> messages) {
        FrameBuffer buffer = new FrameBuffer();
        messages.forEach(each -> new MessageEncoder().encode(each, buffer));
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (ByteBuffer piece = buffer.next(); piece != null; piece = buffer.next()) {
            byte[] bytes = new byte[piece.remaining()];
            piece.get(bytes);
            out.writeBytes(bytes);
        }
        return out.toByteArray();
    }

    private static byte[] frames(Message... messages) {
        return frames(List.of(messages));
    }

    /** etcd 3.4.23 was seen to answer with these and {@code Date}. */
    @ParameterizedTest
    @EnumSource
    void shouldAnswerAtOnceAndAsEtcdDoesWhenNothingIsToBeSent(StreamType type) throws Exception {
        try (ScriptedPeer reader = new ScriptedPeer(member.url())) {
            reader.send(Request.pull(type).bytes());

            assertThat(reader.readHead())
                    .isEqualTo(new Head(
                            200,
                            Map.of(
                                    "x-server-version", "3.4.23",
                                    "x-etcd-cluster-id", "cafe",
                                    "transfer-encoding", "chunked")));
        }
    }

    static Stream<GoldenStream> ofMsgApps() {
        return GoldenStream.all()
                .filter(golden -> golden.lane() == Lane.MSGAPP && !golden.name().endsWith("heartbeats"));
    }

    @ParameterizedTest
    @MethodSource("ofMsgApps")
    void shouldWriteTheBytesThatEtcdWroteWhenItHasTheSameMsgApps(GoldenStream golden) throws Exception {
        MemberId reader = new MemberId(GoldenStream.READER);
        MemberId writer = new MemberId(GoldenStream.WRITER);
        try (ReceivingMember asEtcd =
                        new ReceivingMember(writer, reader, Dialect.ETCD, StreamCoupler.NONE, builder -> builder);
                ScriptedPeer peer = new ScriptedPeer(asEtcd.url())) {
            peer.send(Request.pull("/raft/stream/msgapp/" + reader)
                    .with("X-Raft-To", writer.toString())
                    .bytes());
            assertThat(peer.readHead().status()).isEqualTo(200);
            Peer to = Objects.requireNonNull(asEtcd.peers.get(reader));
            await().until(() ->
                    Objects.requireNonNull(to.status().lanes().get(Lane.MSGAPP)).attached());

            golden.messages().forEach(to::send);

            assertThat(peer.readBytes(golden.bytes().length)).isEqualTo(golden.bytes());
        }
    }

    @Test
    void shouldWriteTheMessagesThatEtcdWroteAsTheyWere() throws Exception {
        List<Message> golden = GoldenStream.all()
                .filter(each -> each.name().equals("message-all-types"))
                .flatMap(each -> each.messages().stream())
                // The others have another lane, or one class on this one that urgent messages overtake.
                .filter(each -> each.getType() != MessageType.MsgApp
                        && each.getType() != MessageType.MsgSnap
                        && each.getType() != MessageType.MsgProp)
                .toList();
        assertThat(golden).hasSizeGreaterThan(10);
        try (ScriptedPeer reader = ScriptedPeer.onPull(member, StreamType.MESSAGE)) {
            awaitAttached(StreamType.MESSAGE);

            golden.forEach(peer()::send);

            byte[] expected = frames(golden);
            assertThat(reader.readBytes(expected.length)).isEqualTo(expected);
        }
    }

    @ParameterizedTest
    @EnumSource
    void shouldWriteEtcdsLinkHeartbeatsWhenIdle(StreamType type) throws Exception {
        restart(builder -> builder.linkHeartbeatInterval(Duration.ofMillis(50))
                .pullStreams(Duration.ofMillis(300), Duration.ofMillis(100)));
        byte[] heartbeat = type == StreamType.MSGAPP
                ? new byte[] {0}
                : frames(message(MessageType.MsgHeartbeat).setFrom(0).setTo(0).build());
        try (ScriptedPeer reader = ScriptedPeer.onPull(member, type)) {
            for (int i = 0; i < 5; i++) {
                byte[] read = reader.readBytes(type == StreamType.MSGAPP ? 1 : Long.BYTES);
                if (type == StreamType.MSGAPP) {
                    assertThat(read).isEqualTo(heartbeat);
                } else {
                    Message message = Message.parseFrom(
                            reader.readBytes((int) ByteBuffer.wrap(read).getLong()));
                    assertThat(message.getType()).isEqualTo(MessageType.MsgHeartbeat);
                    assertThat(message.getFrom()).isZero();
                    assertThat(message.getTo()).isZero();
                }
            }
        }
    }

    @Test
    void shouldCutTheOlderStreamWhenANewerOfItsKindComes() throws Exception {
        try (ScriptedPeer older = ScriptedPeer.onPull(member, StreamType.MESSAGE);
                ScriptedPeer otherLane = ScriptedPeer.onPull(member, StreamType.MSGAPP)) {
            awaitAttached(StreamType.MESSAGE);
            awaitAttached(StreamType.MSGAPP);
            peer().send(heartbeat(1));
            assertThat(older.readBytes(frames(heartbeat(1)).length)).isEqualTo(frames(heartbeat(1)));
            try (ScriptedPeer newer = ScriptedPeer.onPull(member, StreamType.MESSAGE)) {
                assertThat(older.isCut()).isTrue();
                awaitAttached(StreamType.MESSAGE);

                peer().send(heartbeat(2));

                assertThat(newer.readBytes(frames(heartbeat(2)).length)).isEqualTo(frames(heartbeat(2)));
                peer().send(app(1, 8));
                assertThat(otherLane.readBytes(1)).as("a whole message").containsExactly(2);
            }
        }
    }

    @Test
    void shouldBeginWithAWholeMessageWhenTheStreamIsANewOne() throws Exception {
        for (int stream = 0; stream < 2; stream++) {
            try (ScriptedPeer reader = ScriptedPeer.onPull(member, StreamType.MSGAPP)) {
                awaitAttached(StreamType.MSGAPP);
                peer().send(app(1, 8));
                peer().send(app(2, 8));

                assertThat(reader.readBytes(1)).as("a whole message").containsExactly(2);
                int length = (int) ByteBuffer.wrap(reader.readBytes(Long.BYTES)).getLong();
                assertThat(Message.parseFrom(reader.readBytes(length))).isEqualTo(app(1, 8));
                assertThat(reader.readBytes(1)).as("entries only").containsExactly(1);
            }
            await().until(() -> {
                // What nobody reads any more is found out by writing.
                peer().send(app(9, 8));
                return !status(Lane.MSGAPP).attached();
            });
        }
    }

    @Test
    void shouldCutAReaderThatStopsReadingAndKeepNoMoreThanTheQueueHolds() throws Exception {
        restart(builder -> builder.linkHeartbeatInterval(Duration.ofMillis(50))
                .queue(100, 8L << 20)
                .pullStreams(Duration.ofMillis(600), Duration.ofMillis(100)));
        try (ScriptedPeer reader = ScriptedPeer.onPull(member, StreamType.MSGAPP)) {
            awaitAttached(StreamType.MSGAPP);
            // More than the sockets' buffers and the queue hold.
            long index = 0;
            for (; index < 1_000; index++) {
                peer().send(app(index, 256 << 10));
                assertThat(status(Lane.MSGAPP).queuedBytes()).isLessThanOrEqualTo(8L << 20);
                assertThat(status(Lane.MSGAPP).queuedMessages()).isLessThanOrEqualTo(100);
            }
            assertThat(status(Lane.MSGAPP).dropped()).containsKey(DropReason.QUEUE_FULL);

            await().until(() -> !status(Lane.MSGAPP).attached());
            assertThat(reader.isCut()).isTrue();

            await().until(() -> member.connections() == 0);
            // What came after the cut was to be posted.
            long sent = index;
            await().untilAsserted(() ->
                    assertThat(total(status(Lane.MSGAPP)) + pipelineTotal()).isEqualTo(sent));
        }
    }

    private static long total(LaneStatus lane) {
        return lane.sent()
                + lane.dropped().values().stream().mapToLong(Long::longValue).sum();
    }

    /** What came after the cut. */
    private long pipelineTotal() {
        LaneStatus pipeline = status(Lane.PIPELINE);
        return pipeline.sent()
                + pipeline.queuedMessages()
                + pipeline.dropped().values().stream()
                        .mapToLong(Long::longValue)
                        .sum();
    }

    @Test
    void shouldCutTheStreamsOfAPeerAndRefuseMoreWhenItIsRemoved() throws Exception {
        try (ScriptedPeer messages = ScriptedPeer.onPull(member, StreamType.MESSAGE);
                ScriptedPeer msgApps = ScriptedPeer.onPull(member, StreamType.MSGAPP)) {
            awaitAttached(StreamType.MESSAGE);
            awaitAttached(StreamType.MSGAPP);

            member.removePeer(ReceivingMember.PEER);

            assertThat(messages.isCut()).isTrue();
            assertThat(msgApps.isCut()).isTrue();
        }
        Answer answer = ScriptedPeer.exchange(member, Request.pull(StreamType.MESSAGE), new byte[0]);
        assertThat(answer.body()).isEqualTo("error sender not found\n");
        await().until(() -> member.connections() == 0);
    }

    @Test
    void shouldCutTheStreamWhenItsPeerIsClosedMeanwhile() throws Exception {
        peer().close();
        try (ScriptedPeer reader = new ScriptedPeer(member.url())) {
            reader.send(Request.pull(StreamType.MESSAGE).bytes());
            assertThat(reader.readHead().status()).isEqualTo(200);
            assertThat(reader.isCut()).isTrue();
        }
    }

    @Test
    void shouldCutEveryStreamWhenTheServerCloses() throws Exception {
        try (ScriptedPeer messages = ScriptedPeer.onPull(member, StreamType.MESSAGE);
                ScriptedPeer msgApps = ScriptedPeer.onPull(member, StreamType.MSGAPP)) {
            awaitAttached(StreamType.MESSAGE);
            awaitAttached(StreamType.MSGAPP);

            member.closeServer();

            assertThat(messages.isCut()).isTrue();
            assertThat(msgApps.isCut()).isTrue();
        }
        await().until(() -> {
            peer().send(heartbeat(1));
            peer().send(app(1, 8));
            return !status(Lane.MESSAGE).attached() && !status(Lane.MSGAPP).attached();
        });
    }

    @Test
    void shouldDetachWhenTheReaderHangsUp() throws Exception {
        ScriptedPeer reader = ScriptedPeer.onPull(member, StreamType.MESSAGE);
        awaitAttached(StreamType.MESSAGE);
        reader.close();
        await().until(() -> {
            peer().send(heartbeat(1));
            return !status(Lane.MESSAGE).attached();
        });
        await().until(() -> member.connections() == 0);
    }

    @Test
    void shouldCarryAMessageWholeWhenItIsLargerThanEveryBuffer() throws Exception {
        Message large = app(7, 20 << 20);
        try (ScriptedPeer reader = ScriptedPeer.onPull(member, StreamType.MSGAPP)) {
            awaitAttached(StreamType.MSGAPP);

            peer().send(large);

            assertThat(reader.readBytes(1)).containsExactly(2);
            int length = (int) ByteBuffer.wrap(reader.readBytes(Long.BYTES)).getLong();
            assertThat(Message.parseFrom(reader.readBytes(length)).equals(large))
                    .isTrue();
        }
    }

    @Test
    void shouldWriteWhenItIsMountedIntoAForeignServer() throws Exception {
        Server server = new Server();
        ServerConnector connector = new ServerConnector(server);
        connector.setHost("127.0.0.1");
        server.addConnector(connector);
        ServletContextHandler context = new ServletContextHandler("/");
        member.servlets().addTo(context);
        server.setHandler(context);
        LifeCycle.start(server);
        try (ScriptedPeer reader = new ScriptedPeer(URI.create("http://127.0.0.1:" + connector.getLocalPort()))) {
            reader.send(Request.pull(StreamType.MESSAGE).bytes());
            assertThat(reader.readHead().status()).isEqualTo(200);
            awaitAttached(StreamType.MESSAGE);

            peer().send(heartbeat(1));

            assertThat(reader.readBytes(frames(heartbeat(1)).length)).isEqualTo(frames(heartbeat(1)));
        } finally {
            LifeCycle.stop(server);
        }
    }
}
