package dev.rafthttp.sidecarclient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import dev.rafthttp.MemberId;
import dev.rafthttp.RaftCallback;
import dev.rafthttp.RemovedMemberException;
import dev.rafthttp.SnapshotStatus;
import dev.rafthttp.fixture.FreeUrls;
import dev.rafthttp.fixture.LogLines;
import dev.rafthttp.raftpb.Message;
import dev.rafthttp.raftpb.MessageType;
import dev.rafthttp.raftpb.Snapshot;
import dev.rafthttp.raftpb.SnapshotMetadata;
import dev.rafthttp.sidecarclient.fixture.ScriptedSidecar;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SidecarClientTest {
    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final MemberId B = new MemberId(0xb);
    private static final MemberId C = new MemberId(0xd);

    private final long seed = System.nanoTime();
    private final Random random = new Random(seed);
    private final Raft raft = new Raft();
    private final Queue<WrongSidecarException> refused = new ConcurrentLinkedQueue<>();
    private final URI tcp = FreeUrls.next();
    private final List<AutoCloseable> running = new ArrayList<>();

    @TempDir
    private Path folder;

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable each : running) {
            each.close();
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void shouldPostExactlyTheFramesOfWhatIsSentWhenItIsConnected(boolean overUnixSocket) throws IOException {
        URI address = address(overUnixSocket);
        ScriptedSidecar sidecar = sidecar(address);
        SidecarClient client = connected(address);
        List<Message> messages = messages(500);

        messages.forEach(client::send);

        byte[] expected = frames(messages);
        ByteArrayOutputStream posted = new ByteArrayOutputStream();
        await().atMost(LIMIT).until(() -> {
            for (byte[] some = sidecar.posted.poll(); some != null; some = sidecar.posted.poll()) {
                posted.writeBytes(some);
            }
            return posted.size() >= expected.length;
        });
        assertThat(posted.toByteArray()).as("seed %d", seed).isEqualTo(expected);
        assertThat(sidecar.posts).hasValue(1);
        assertThat(client.dropped()).isZero();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void shouldGiveRaftEveryMessageInOrderWhenFramesComeCutAnywhere(boolean overUnixSocket) throws IOException {
        URI address = address(overUnixSocket);
        ScriptedSidecar sidecar = sidecar(address);
        connected(address);
        List<Message> messages = messages(200);
        byte[] bytes = frames(messages);

        for (int from = 0; from < bytes.length; ) {
            int to = Math.min(bytes.length, from + 1 + random.nextInt(3000));
            sidecar.readers.get(0).write(Arrays.copyOfRange(bytes, from, to));
            from = to;
        }

        await().atMost(LIMIT).until(() -> raft.messages.size() == messages.size());
        assertThat(raft.messages).as("seed %d", seed).containsExactlyElementsOf(messages);
    }

    @Test
    void shouldCarryTheTokenWhenItAsks() {
        ScriptedSidecar sidecar = sidecar(tcp);
        connected(tcp);

        assertThat(sidecar.authorizations).hasSizeGreaterThanOrEqualTo(6).containsOnly("Bearer secret");
    }

    @Test
    void shouldSayThatASnapshotFailedWhenTheSidecarWasStartedAgainMeanwhile() throws Exception {
        ScriptedSidecar sidecar = sidecar(tcp);
        sidecar.happens("event: run\ndata: {\"run\":\"r1\"}\n\n");
        SidecarClient client = connected(tcp);
        for (long index = 1; index <= 3; index++) {
            client.sendSnapshot(snapshot(index), InputStream.nullInputStream());
        }
        sidecar.events
                .get(0)
                .write("event: snapshot-progress\ndata: {\"id\":\"b-7-2\",\"peer\":\"b\",\"state\":\"finished\"}\n\n");
        sidecar.events
                .get(0)
                .write("event: snapshot-progress\ndata: {\"id\":\"b-7-3\",\"peer\":\"b\",\"state\":\"sending\"}\n\n");
        sidecar.events.get(0).write("event: snapshot-status\ndata: {\"peer\":\"b\",\"status\":\"finish\"}\n\n");

        sidecar.happens("event: run\ndata: {\"run\":\"r2\"}\n\n");
        sidecar.events.get(0).end();

        await().atMost(LIMIT).until(() -> raft.reports.size() == 3);
        assertThat(raft.reports).containsExactly("snapshot b FINISH", "snapshot b FAILURE", "snapshot b FAILURE");
    }

    @Test
    void shouldGoOnWithTheNextMessageWhenRaftCannotTakeOne() throws IOException {
        ScriptedSidecar sidecar = sidecar(tcp);
        connected(tcp);
        List<Message> messages = messages(2);
        Message refusedByRaft =
                Message.newBuilder().setType(MessageType.MsgHup).setFrom(1).build();

        try (LogLines log = LogLines.of(SidecarReader.class)) {
            sidecar.readers.get(0).write(frames(List.of(messages.get(0), refusedByRaft, messages.get(1))));

            await().atMost(LIMIT).until(() -> raft.messages.size() == 2);
            assertThat(log.texts()).singleElement().asString().contains("MsgHup");
        }
    }

    @Test
    void shouldReadAgainWhenTheSidecarEndsAnAnswer() throws IOException {
        ScriptedSidecar sidecar = sidecar(tcp);
        SidecarClient client = connected(tcp);
        List<Message> messages = messages(2);

        sidecar.readers.get(0).write(frames(messages.subList(0, 1)));
        sidecar.readers.get(0).end();
        await().atMost(LIMIT).until(() -> sidecar.readers.size() == 2 && client.isConnected());
        sidecar.readers.get(1).write(frames(messages.subList(1, 2)));

        await().atMost(LIMIT).until(() -> raft.messages.size() == 2);
        assertThat(raft.messages).containsExactlyElementsOf(messages);
        assertThat(sidecar.posts).as("the others stay").hasValue(1);
        assertThat(sidecar.events).hasSize(1);
    }

    @Test
    void shouldPostAgainWhenTheSidecarRefusesABody() {
        try (LogLines log = LogLines.of(LongRequest.class)) {
            ScriptedSidecar sidecar = new ScriptedSidecar(tcp);
            running.add(sidecar);
            sidecar.refusal = Optional.of("the message at offset 7 has from 5");
            SidecarClient client = connected(tcp);
            client.send(messages(1).get(0));

            await().atMost(LIMIT).until(() -> sidecar.posts.get() == 2 && client.isConnected());
            assertThat(log.texts())
                    .anySatisfy(line -> assertThat(line)
                            .contains("messages to " + tcp)
                            .contains("it answered 400")
                            .contains("offset 7 has from 5"));
        }
    }

    @Test
    void shouldDropWhatIsSentInAnOutageAndSendWhatComesAfterwardsWhenTheSidecarIsBack() throws IOException {
        ScriptedSidecar sidecar = sidecar(tcp);
        SidecarClient client = connected(tcp);
        sidecar.close();
        await().atMost(LIMIT).until(() -> !client.isConnected());
        List<Message> messages = messages(30);

        assertThatCode(() -> messages.subList(0, 20).forEach(client::send)).doesNotThrowAnyException();
        assertThat(client.dropped()).isEqualTo(20);

        ScriptedSidecar back = sidecar(tcp);
        await().atMost(LIMIT).until(client::isConnected);
        messages.subList(20, 30).forEach(client::send);
        byte[] expected = frames(messages.subList(20, 30));
        ByteArrayOutputStream posted = new ByteArrayOutputStream();
        await().atMost(LIMIT).until(() -> {
            for (byte[] some = back.posted.poll(); some != null; some = back.posted.poll()) {
                posted.writeBytes(some);
            }
            return posted.size() >= expected.length;
        });
        assertThat(posted.toByteArray()).isEqualTo(expected);
        assertThat(client.dropped()).isEqualTo(20);
    }

    @Test
    void shouldDropAndCountWhatIsBeyondTheBoundWhenTheSidecarDoesNotRead() {
        ScriptedSidecar sidecar = sidecar(tcp);
        sidecar.reading = new CountDownLatch(1);
        SidecarClient client = connected(tcp);
        int sent = 4 * OutgoingQueue.MAX_MESSAGES;
        Message message = messages(1).get(0).toBuilder()
                .setContext(ByteString.copyFrom(new byte[8 << 10]))
                .build();

        try (LogLines log = LogLines.of(SidecarSender.class)) {
            for (int i = 0; i < sent; i++) {
                client.send(message);
            }
            assertThat(log.texts()).singleElement().asString().contains("4096", "dropping");
        }

        long dropped = client.dropped();
        assertThat(dropped).isPositive().isLessThan(sent);
        sidecar.reading.countDown();
        long expected = (sent - dropped) * (Long.BYTES + message.getSerializedSize());
        long[] read = {0};
        await().atMost(LIMIT).until(() -> {
            for (byte[] some = sidecar.posted.poll(); some != null; some = sidecar.posted.poll()) {
                read[0] += some.length;
            }
            return read[0] >= expected;
        });
        assertThat(read[0]).as("all that was not dropped").isEqualTo(expected);
        assertThat(client.dropped()).isEqualTo(dropped);
    }

    @Test
    void shouldSendAndReadNothingWhenTheSidecarIsAnotherMembers() {
        ScriptedSidecar sidecar = sidecar(tcp);
        sidecar.member = B;
        SidecarClient client = client(tcp);

        client.start();
        client.send(messages(1).get(0));

        await().atMost(LIMIT).until(() -> sidecar.statusAsked.get() == 3 && !refused.isEmpty());
        assertThat(refused)
                .singleElement()
                .satisfies(cause -> assertThat(cause)
                        .hasMessageContaining("that of member b in cluster c")
                        .hasMessageContaining("expected member a in cluster c"));
        assertThat(sidecar.posts).hasValue(0);
        assertThat(sidecar.readers).isEmpty();
        assertThat(client.isConnected()).isFalse();
        assertThat(sidecar.statusAsked).as("it is not asked again").hasValue(3);
    }

    @Test
    void shouldTellRaftWhatHappensWhenTheSidecarTellsIt() {
        ScriptedSidecar sidecar = sidecar(tcp);
        sidecar.active = List.of(B);
        SidecarClient client = connected(tcp);
        assertThat(client.isReachable(B)).isTrue();
        assertThat(client.isReachable(C)).isFalse();

        sidecar.events.get(0).write("""
                        id: 1-1
                        event: unreachable
                        data: {"peer":"b","time":"2026-01-01T00:00:00Z"}

                        id: 1-2
                        event: peer-inactive
                        data: {"peer":"b"}

                        id: 1-3
                        event: peer-active
                        data: {"peer":"d"}

                        id: 1-4
                        event: snapshot-status
                        data: {"peer":"d","status":"failure"}

                        id: 1-5
                        event: snapshot-progress
                        data: {"id":"d-1-1","peer":"d","state":"sending","bytes":1}

                        id: 1-6
                        event: unreachable
                        data: {"nobody":"b"}

                        id: 1-7
                        event: member-removed
                        data: {"member":"a","toldBy":"b","reason":"no more"}

                        """);

        await().atMost(LIMIT).until(() -> raft.reports.size() == 3);
        assertThat(raft.reports).containsExactly("unreachable b", "snapshot d FAILURE", "removed no more");
        assertThat(client.isReachable(B)).isFalse();
        assertThat(client.isReachable(C)).isTrue();
    }

    @Test
    void shouldGoOnAfterTheLastEventThatItSawWhenTheStreamEnds() {
        ScriptedSidecar sidecar = sidecar(tcp);
        sidecar.active = List.of(B);
        SidecarClient client = connected(tcp);
        assertThat(sidecar.events.get(0).lastEventId).isEmpty();
        sidecar.events.get(0).write("id: 1-41\nevent: unreachable\ndata: {\"peer\":\"b\"}\n\n");
        await().atMost(LIMIT).until(() -> !raft.reports.isEmpty());

        sidecar.active = List.of(C);
        sidecar.events.get(0).end();

        await().atMost(LIMIT).until(() -> sidecar.events.size() == 2 && client.isConnected());
        assertThat(sidecar.events.get(1).lastEventId).contains("1-41");
        assertThat(client.isReachable(B)).as("as the status says now").isFalse();
        assertThat(client.isReachable(C)).isTrue();
    }

    @Test
    void shouldSayThatTheSidecarWasStartedAgainWhenItsRunIsAnother() {
        ScriptedSidecar sidecar = sidecar(tcp);
        sidecar.happens("id: r1-0-0\nevent: run\ndata: {\"run\":\"r1\"}\n\n");
        SidecarClient client = connected(tcp);

        try (LogLines log = LogLines.of(SidecarEvents.class)) {
            sidecar.events.get(0).end();
            await().atMost(LIMIT).until(() -> sidecar.events.size() == 2 && client.isConnected());
            sidecar.happens("id: r2-0-0\nevent: run\ndata: {\"run\":\"r2\",\"previousRun\":\"r1\"}\n\n");
            sidecar.events.get(1).end();

            await().atMost(LIMIT).until(() -> !log.texts().isEmpty());
            assertThat(log.texts())
                    .containsExactly("the sidecar at " + tcp + " was started again: run r2 after run r1");
        }
        assertThat(sidecar.events.get(2).lastEventId).contains("r1-0-0");
    }

    @Test
    void shouldReachNobodyWhenTheSidecarIsGone() {
        ScriptedSidecar sidecar = sidecar(tcp);
        sidecar.active = List.of(B);
        SidecarClient client = connected(tcp);

        sidecar.close();

        await().atMost(LIMIT).until(() -> !client.isReachable(B));
    }

    @Test
    void shouldTellAnOutageOnceAndItsEndWhenItTriesAgainAndAgain() {
        ScriptedSidecar sidecar = sidecar(tcp);
        sidecar.status = 503;
        SidecarClient client = client(tcp);

        try (LogLines log = LogLines.of(LongRequest.class)) {
            client.start();
            await().atMost(LIMIT).until(() -> sidecar.statusAsked.get() > 9);
            assertThat(log.texts())
                    .hasSize(3)
                    .allSatisfy(
                            line -> assertThat(line).contains("not connected").contains("it answered 503"));

            sidecar.status = 200;
            await().atMost(LIMIT).until(client::isConnected);
            assertThat(log.texts()).hasSize(6);
            assertThat(log.texts().subList(3, 6))
                    .allSatisfy(line -> assertThat(line).endsWith(": connected"));
        }
    }

    @Test
    void shouldLeaveNoThreadWhenItIsClosed() {
        ScriptedSidecar sidecar = sidecar(tcp);
        sidecar.reading = new CountDownLatch(1);
        SidecarClient client = connected(tcp);
        Message large = messages(1).get(0).toBuilder()
                .setContext(ByteString.copyFrom(new byte[16 << 20]))
                .build();
        client.send(large);
        assertThat(threads()).hasSizeGreaterThan(3);

        long start = System.nanoTime();
        client.close();

        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(LIMIT);
        assertThat(threads()).isEmpty();
        assertThatCode(() -> client.send(large)).doesNotThrowAnyException();
        sidecar.reading.countDown();
    }

    /** The client's own, by their names. */
    private List<String> threads() {
        return Thread.getAllStackTraces().keySet().stream()
                .map(Thread::getName)
                .filter(name -> name.contains(tcp.toString()) || name.startsWith("sidecar-http"))
                .toList();
    }

    private URI address(boolean overUnixSocket) {
        return overUnixSocket ? URI.create("unix:" + folder.resolve("node.sock")) : tcp;
    }

    private ScriptedSidecar sidecar(URI address) {
        ScriptedSidecar sidecar = new ScriptedSidecar(address);
        running.add(sidecar);
        return sidecar;
    }

    private SidecarClient client(URI address) {
        SidecarClient client = SidecarClient.builder(address, ScriptedSidecar.MEMBER, ScriptedSidecar.CLUSTER, raft)
                .token("secret")
                .refused(refused::add)
                .build();
        // Before the sidecar.
        running.add(0, client);
        return client;
    }

    private SidecarClient connected(URI address) {
        SidecarClient client = client(address);
        client.start();
        await().atMost(LIMIT).until(client::isConnected);
        return client;
    }

    private List<Message> messages(int count) {
        List<Message> messages = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            byte[] context = new byte[random.nextInt(2000)];
            random.nextBytes(context);
            messages.add(Message.newBuilder()
                    .setType(MessageType.MsgAppResp)
                    .setFrom(ScriptedSidecar.MEMBER.value())
                    .setTo(B.value())
                    .setIndex(i)
                    .setContext(ByteString.copyFrom(context))
                    .build());
        }
        return messages;
    }

    static Message snapshot(long index) {
        return Message.newBuilder()
                .setType(MessageType.MsgSnap)
                .setFrom(ScriptedSidecar.MEMBER.value())
                .setTo(B.value())
                .setSnapshot(Snapshot.newBuilder()
                        .setMetadata(SnapshotMetadata.newBuilder().setTerm(7).setIndex(index)))
                .build();
    }

    static byte[] frames(List<Message> messages) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(bytes);
        for (Message message : messages) {
            out.writeLong(message.getSerializedSize());
            message.writeTo(out);
        }
        return bytes.toByteArray();
    }

    /** Keeps what it is told. */
    private static final class Raft implements RaftCallback {
        private final Queue<Message> messages = new ConcurrentLinkedQueue<>();
        private final Queue<String> reports = new ConcurrentLinkedQueue<>();

        @Override
        public CompletionStage<Void> process(Message message) {
            if (message.getType() == MessageType.MsgHup) {
                throw new IllegalArgumentException("no MicroRaft message stands for it");
            }
            messages.add(message);
            return TAKEN;
        }

        @Override
        public boolean isIdRemoved(MemberId id) {
            return false;
        }

        @Override
        public void reportUnreachable(MemberId id) {
            reports.add("unreachable " + id);
        }

        @Override
        public void reportSnapshot(MemberId id, SnapshotStatus status) {
            reports.add("snapshot " + id + " " + status);
        }

        @Override
        public void reportRemoved(RemovedMemberException cause) {
            reports.add("removed " + cause.getMessage());
        }
    }
}
