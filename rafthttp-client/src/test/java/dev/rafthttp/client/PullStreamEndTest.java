package dev.rafthttp.client;

import static dev.rafthttp.client.ScriptedPeer.PULL_MESSAGE;
import static dev.rafthttp.client.ScriptedPeer.PULL_MSGAPP;
import static dev.rafthttp.client.Transports.LOCAL;
import static dev.rafthttp.client.Transports.REMOTE;
import static dev.rafthttp.client.Transports.app;
import static dev.rafthttp.client.Transports.fromPeer;
import static dev.rafthttp.client.Transports.heartbeat;
import static dev.rafthttp.client.Transports.pullConfig;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.management.UnixOperatingSystemMXBean;
import dev.rafthttp.Lane;
import dev.rafthttp.TransportConfig;
import dev.rafthttp.fixture.LogLines;
import dev.rafthttp.fixture.RecordingCallback;
import dev.rafthttp.raftpb.Message;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The ends of streams that we read in etcd's dialect, and the dials after them. */
class PullStreamEndTest {
    private static final Duration TIMEOUT = Duration.ofMillis(500);
    private static final int REDIALS = 100;

    private final RecordingCallback raft = new RecordingCallback();
    private final LogLines log = LogLines.of(PullStream.class);
    private final ScriptedPeer peer;
    private PeerManager manager = new PeerManager(pullConfig().build(), raft);

    PullStreamEndTest() throws IOException {
        peer = ScriptedPeer.listening().writeStreams(LOCAL.toString());
    }

    @AfterEach
    void close() {
        manager.close();
        peer.close();
        log.close();
    }

    private void start(TransportConfig.Builder config) {
        manager = Transports.started(config, raft, peer.url());
    }

    private static byte[] frames(Lane lane, Message... messages) {
        return ScriptedAnswer.frames(lane, List.of(messages));
    }

    private static byte[] heartbeats(long... commits) {
        return ScriptedAnswer.frames(
                Lane.MESSAGE,
                Arrays.stream(commits)
                        .mapToObj(each -> fromPeer(heartbeat(each)))
                        .toList());
    }

    private void holdUpCommit(long commit) {
        raft.room().holdWhen(message -> message.getCommit() == commit);
    }

    private void awaitHeld() {
        await().until(() -> raft.room().held() == 1);
    }

    @ParameterizedTest
    @EnumSource(names = {"MSGAPP", "MESSAGE"})
    void shouldCutAndDialAgainWhenNoByteComes(Lane lane) {
        start(pullConfig().pullStreams(TIMEOUT, Duration.ofMillis(10)));
        ScriptedAnswer silent = peer.awaitAnswer(lane);

        peer.awaitAnswer(lane);

        await().until(silent::isClosed);
        assertThat(log.all())
                .anySatisfy(event -> assertThat(event.getFormattedMessage())
                        .contains("lost the " + lane.label() + " stream from peer b2 at " + peer.url())
                        .contains("no byte for "));
    }

    @Test
    void shouldCutTheStreamWhenThePeerFallsSilentWithinAFrame() throws IOException {
        start(pullConfig().pullStreams(TIMEOUT, Duration.ofMillis(10)));
        byte[] frame = heartbeats(1);
        peer.awaitAnswer(Lane.MESSAGE).send(Arrays.copyOf(frame, frame.length - 1));

        peer.awaitAnswer(Lane.MESSAGE).send(heartbeats(2));

        await().until(() -> raft.processed().equals(List.of(fromPeer(heartbeat(2)))));
    }

    @Test
    void shouldKeepTheStreamForLongerThanTheTimeoutWhenRaftHoldsItUp() throws Exception {
        holdUpCommit(1);
        start(pullConfig().pullStreams(TIMEOUT, Duration.ofMillis(10)));
        ScriptedAnswer answer = peer.awaitAnswer(Lane.MESSAGE);
        answer.send(heartbeats(1, 2));
        awaitHeld();
        answer.send(heartbeats(3));

        await().during(TIMEOUT.multipliedBy(3)).until(() -> !answer.isClosed());
        raft.room().release();

        await().until(() -> raft.processed()
                .equals(List.of(fromPeer(heartbeat(1)), fromPeer(heartbeat(2)), fromPeer(heartbeat(3)))));
    }

    @Test
    void shouldDialAgainAndKeepTheConnectionWhenThePeerEndsItsAnswer() throws IOException {
        start(pullConfig());
        ScriptedAnswer ended = peer.awaitAnswer(Lane.MESSAGE);
        peer.awaitAnswer(Lane.MSGAPP);
        ended.send(heartbeats(1));

        ended.end();

        peer.awaitAnswer(Lane.MESSAGE).send(heartbeats(2));
        await().until(() -> raft.processed().equals(List.of(fromPeer(heartbeat(1)), fromPeer(heartbeat(2)))));
        // Which of them carries the next stream, or whether it is a new one, is for Jetty's pool to say.
        assertThat(peer.open())
                .as("connections that are open, of all there ever were")
                .isEqualTo(peer.accepted());
        assertThat(log.warnings()).isEmpty();
    }

    @Test
    void shouldWarnAndDialAgainWhenTheAnswerEndsWithinAFrame() throws IOException {
        start(pullConfig());
        ScriptedAnswer ended = peer.awaitAnswer(Lane.MESSAGE);
        ended.send(new byte[5]);

        ended.end();

        peer.awaitAnswer(Lane.MESSAGE);
        assertThat(log.warnings())
                .singleElement()
                .satisfies(
                        line -> assertThat(line).contains("message stream", "peer b2", "offset 5", "within a frame"));
    }

    @Test
    void shouldDialAgainWhenTheConnectionIsCut() throws IOException {
        start(pullConfig());
        byte[] frame = heartbeats(1);
        ScriptedAnswer answer = peer.awaitAnswer(Lane.MESSAGE);
        peer.awaitAnswer(Lane.MSGAPP);
        answer.send(Arrays.copyOf(frame, frame.length - 1));
        peer.cut();

        peer.awaitAnswer(Lane.MESSAGE).send(heartbeats(2));
        peer.awaitAnswer(Lane.MSGAPP);

        await().until(() -> raft.processed().equals(List.of(fromPeer(heartbeat(2)))));
        assertThat(log.warnings()).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(names = {"MSGAPP", "MESSAGE"})
    void shouldWarnWhereAndDialAgainWhenAFrameIsCorrupt(Lane lane) throws IOException {
        start(pullConfig());
        ScriptedAnswer answer = peer.awaitAnswer(lane);
        byte[] sound = frames(lane, fromPeer(lane == Lane.MSGAPP ? app(1) : heartbeat(1)));
        byte[] corrupt = lane == Lane.MSGAPP
                ? new byte[] {9}
                : ByteBuffer.allocate(10)
                        .putLong(2)
                        .put((byte) 0x0f)
                        .put((byte) 0xff)
                        .array();
        answer.send(sound);
        answer.send(corrupt);

        peer.awaitAnswer(lane);

        await().until(answer::isClosed);
        assertThat(raft.processed()).hasSize(1);
        assertThat(log.warnings())
                .singleElement()
                .satisfies(line -> assertThat(line)
                        .contains(
                                lane.label() + " stream", "peer b2", "offset " + (sound.length + corrupt.length - 1)));
    }

    @Test
    void shouldWarnOfTheLimitAndDialAgainWhenAFrameIsAboveIt() throws IOException {
        start(pullConfig().maxMessageBytes(1 << 10));
        ScriptedAnswer answer = peer.awaitAnswer(Lane.MESSAGE);
        answer.send(ByteBuffer.allocate(Long.BYTES).putLong(1 << 20).array());

        peer.awaitAnswer(Lane.MESSAGE);

        await().until(answer::isClosed);
        assertThat(log.warnings())
                .singleElement()
                .satisfies(line -> assertThat(line).contains("peer b2", "1024", "1048576"));
    }

    @Test
    void shouldDialAgainWhenTheChunkedCodingIsBroken() throws IOException {
        start(pullConfig());
        peer.awaitAnswer(Lane.MESSAGE).sendRaw(RequestHead.ascii("no chunk\r\n"));

        peer.awaitAnswer(Lane.MESSAGE).send(heartbeats(1));

        await().until(() -> raft.processed().size() == 1);
    }

    @Test
    void shouldBeginAtZeroWhenItDialsAgain() throws IOException {
        start(pullConfig());
        ScriptedAnswer first = peer.awaitAnswer(Lane.MSGAPP);
        first.send(frames(Lane.MSGAPP, fromPeer(app(1)), fromPeer(app(2))));
        first.end();

        ScriptedAnswer second = peer.awaitAnswer(Lane.MSGAPP);
        second.send(frames(Lane.MSGAPP, fromPeer(app(3)), fromPeer(app(4))));

        await().until(() -> raft.processed()
                .equals(List.of(fromPeer(app(1)), fromPeer(app(2)), fromPeer(app(3)), fromPeer(app(4)))));
    }

    @Test
    void shouldNeverDialSoonerThanThePauseWhenStreamsEnd() {
        Duration pause = Duration.ofMillis(150);
        ConcurrentLinkedQueue<Long> dials = new ConcurrentLinkedQueue<>();
        peer.on(PULL_MESSAGE, (head, in, out) -> {
            dials.add(System.nanoTime());
            out.write(RequestHead.ascii(ScriptedAnswer.ACCEPTED + "0\r\n\r\n"));
        });
        peer.on(PULL_MSGAPP, (head, in, out) -> {
            out.write(RequestHead.ascii("HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n"));
        });
        start(pullConfig().pullStreams(Duration.ofSeconds(20), pause));

        await().until(() -> dials.size() >= 6);
        assertPauses(dials, pause);
    }

    @Test
    void shouldNeverDialSoonerThanThePauseWhenRefused() {
        Duration pause = Duration.ofMillis(150);
        ConcurrentLinkedQueue<Long> dials = new ConcurrentLinkedQueue<>();
        peer.on(PULL_MESSAGE, (head, in, out) -> {
            dials.add(System.nanoTime());
            out.write(RequestHead.ascii("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"));
        });
        start(pullConfig().pullStreams(Duration.ofSeconds(20), pause));

        await().until(() -> dials.size() >= 6);
        assertPauses(dials, pause);
    }

    /** A dial is noted before it is answered, so no load on this machine shortens what lies between two. */
    private static void assertPauses(Iterable<Long> dials, Duration pause) {
        long before = Long.MIN_VALUE;
        for (long dial : dials) {
            if (before != Long.MIN_VALUE) {
                assertThat(Duration.ofNanos(dial - before)).isGreaterThanOrEqualTo(pause);
            }
            before = dial;
        }
    }

    @Test
    void shouldHangUpAndDialNoMoreWhenThePeerIsRemovedWhileItIsDialled() {
        AtomicInteger hungUp = new AtomicInteger();
        for (String request : List.of(PULL_MSGAPP, PULL_MESSAGE)) {
            peer.on(request, (head, in, out) -> {
                in.transferTo(OutputStream.nullOutputStream());
                hungUp.incrementAndGet();
            });
        }
        start(pullConfig());
        await().until(() ->
                peer.heads(PULL_MSGAPP).size() + peer.heads(PULL_MESSAGE).size() == 2);

        manager.removePeer(REMOTE);

        await().until(() -> hungUp.get() == 2);
        await().during(Duration.ofMillis(300))
                .until(() -> peer.heads(PULL_MSGAPP).size()
                                + peer.heads(PULL_MESSAGE).size()
                        == 2);
    }

    @Test
    void shouldCutTheStreamAtOnceWhenThePeerIsRemovedWhileRaftHoldsAMessage() throws Exception {
        holdUpCommit(1);
        start(pullConfig());
        ScriptedAnswer answer = peer.awaitAnswer(Lane.MESSAGE);
        answer.send(heartbeats(1, 2));
        awaitHeld();

        manager.removePeer(REMOTE);

        await().until(answer::isClosed);
        raft.room().release();
        await().until(() -> !raft.processed().isEmpty());
        assertThat(raft.processed()).containsExactly(fromPeer(heartbeat(1)));
    }

    @Test
    void shouldCloseInTimeWhenRaftHoldsAMessage() throws Exception {
        raft.room().holdWhen(message -> true);
        start(pullConfig().closeTimeout(Duration.ofMillis(500)));
        ScriptedAnswer answer = peer.awaitAnswer(Lane.MESSAGE);
        answer.send(heartbeats(1));
        awaitHeld();

        assertThat(CompletableFuture.runAsync(manager::close)).succeedsWithin(Duration.ofSeconds(20));

        await().until(answer::isClosed);
    }

    @Test
    void shouldLeaveNothingBehindWhenItDialsManyTimes() throws IOException {
        start(pullConfig().pullStreams(Duration.ofSeconds(20), Duration.ofMillis(1)));
        peer.awaitAnswer(Lane.MSGAPP);
        redial(20);
        await().until(() -> peer.open() == 2);
        long threads = threads();
        long files = openFiles();

        redial(REDIALS);

        await().atMost(Duration.ofSeconds(20)).untilAsserted(() -> {
            assertThat(peer.open()).as("connections").isEqualTo(2);
            assertThat(threads()).as("threads").isLessThanOrEqualTo(threads);
            assertThat(openFiles()).as("files").isLessThanOrEqualTo(files);
        });
    }

    private void redial(int times) throws IOException {
        for (int i = 0; i < times; i++) {
            ScriptedAnswer answer = peer.awaitAnswer(Lane.MESSAGE);
            answer.send(heartbeats(i));
            switch (i % 4) {
                case 0 -> answer.end();
                case 1 -> answer.send(new byte[] {-1, -1, -1, -1, -1, -1, -1, -1, -1});
                case 2 -> answer.sendRaw(RequestHead.ascii("no chunk\r\n"));
                default -> {
                    peer.cut();
                    peer.awaitAnswer(Lane.MSGAPP);
                }
            }
        }
    }

    private static long threads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(each -> !each.getName().startsWith("awaitility"))
                .count();
    }

    private static long openFiles() {
        return ((UnixOperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean()).getOpenFileDescriptorCount();
    }
}
