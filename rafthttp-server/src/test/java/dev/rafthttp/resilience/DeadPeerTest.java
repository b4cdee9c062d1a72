package dev.rafthttp.resilience;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import dev.rafthttp.Lane;
import dev.rafthttp.MemberId;
import dev.rafthttp.PeerStatus.LaneStatus;
import dev.rafthttp.raftpb.Entry;
import dev.rafthttp.raftpb.Message;
import dev.rafthttp.raftpb.MessageType;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Peers that stop answering without closing their connections. */
class DeadPeerTest {
    private static final MemberId PEER = new MemberId(2);
    private static final int FLOOD = 100_000;

    /** A full queue of these messages, twice over; a tenth of the flood. */
    private static final long KEPT_BYTES = 10L << 20;

    @Test
    void shouldReportUnreachableWhenAListenerNeverReads() throws IOException {
        try (ServerSocket mute = new ServerSocket(0, 64, InetAddress.getLoopbackAddress());
                TestMember sender = new TestMember(1, (lane, message) -> {})) {
            long start = System.nanoTime();
            sender.transport().addPeer(PEER, List.of(URI.create("http://127.0.0.1:" + mute.getLocalPort())));
            expectUnreachable(sender, start, "a listener that never reads");
        }
    }

    @Test
    void shouldReportUnreachableWhenAnAttachedPeerFallsSilent() {
        try (TestMember receiver = new TestMember(2, (lane, message) -> {});
                TestMember sender = new TestMember(1, (lane, message) -> {});
                TcpLink link = new TcpLink(receiver.url())) {
            receiver.addPeer(sender, sender.url());
            sender.addPeer(receiver, link.url());
            awaitAttached(sender);
            sender.unreachableAtNanos.clear();
            long start = System.nanoTime();
            link.silent(true);
            expectUnreachable(sender, start, "a network that swallows");
        }
    }

    @Test
    void shouldReportUnreachableAndRecoverWhenAProcessIsPaused() throws IOException, InterruptedException {
        Process peer = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        PausedProcess.class.getName())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try (BufferedReader out =
                        new BufferedReader(new InputStreamReader(peer.getInputStream(), StandardCharsets.UTF_8));
                TestMember sender = new TestMember(1, (lane, message) -> {})) {
            URI url = URI.create(out.readLine());
            sender.transport().addPeer(PEER, List.of(url));
            awaitAttached(sender);
            sender.unreachableAtNanos.clear();
            long start = System.nanoTime();
            signal(peer, "STOP");
            expectUnreachable(sender, start, "a paused process");
            signal(peer, "CONT");
            awaitAttached(sender);
        } finally {
            peer.destroyForcibly().waitFor();
        }
    }

    private static void signal(Process process, String name) throws IOException, InterruptedException {
        int status = new ProcessBuilder("kill", "-" + name, Long.toString(process.pid()))
                .inheritIO()
                .start()
                .waitFor();
        assertThat(status).as("kill -" + name).isZero();
    }

    private static void awaitAttached(TestMember sender) {
        await().atMost(20, TimeUnit.SECONDS)
                .until(() -> sender.isAttached(PEER, Lane.MSGAPP) && sender.isAttached(PEER, Lane.MESSAGE));
    }

    /** Notices without help from a full queue; then sends far more than the queue holds. */
    private static void expectUnreachable(TestMember sender, long start, String what) {
        await().pollInterval(10, TimeUnit.MILLISECONDS)
                .atMost(20, TimeUnit.SECONDS)
                .until(() -> !sender.unreachableAtNanos.isEmpty());
        System.out.printf(
                "%s: unreachable after %d ms%n",
                what, TimeUnit.NANOSECONDS.toMillis(sender.unreachableAtNanos.element() - start));
        await().atMost(20, TimeUnit.SECONDS)
                .until(() -> !sender.isAttached(PEER, Lane.MSGAPP) && !sender.isAttached(PEER, Lane.MESSAGE));
        assertThat(sender.transport().activeSince(PEER)).isEmpty();
        long heapBefore = usedHeap();
        for (long index = 1; index <= FLOOD; index++) {
            sender.transport().send(msgApp(index, ByteString.copyFrom(new byte[1 << 10])));
            if (index % 1_000 == 0) {
                expectBounded(sender);
            }
        }
        assertThat(usedHeap() - heapBefore)
                .as("what is kept of %d MiB", FLOOD >> 10)
                .isLessThan(KEPT_BYTES);
    }

    private static long usedHeap() {
        System.gc();
        return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
    }

    private static void expectBounded(TestMember sender) {
        for (LaneStatus lane : sender.statusOf(PEER).lanes().values()) {
            assertThat(lane.queuedMessages()).isLessThanOrEqualTo(4_096);
            assertThat(lane.queuedBytes()).isLessThanOrEqualTo(64L << 20);
        }
    }

    private static Message msgApp(long index, ByteString data) {
        return TestMember.message(MessageType.MsgApp, 1, 2, index).toBuilder()
                .setLogTerm(1)
                .addEntries(Entry.newBuilder().setTerm(1).setIndex(index + 1).setData(data))
                .build();
    }

    /** The other process: a member that knows the sender, tells its URL and lives until it is killed. */
    static final class PausedProcess {
        private PausedProcess() {}

        public static void main(String[] args) throws InterruptedException {
            TestMember member = new TestMember(2, (lane, message) -> {});
            // Its own outbound side has nowhere to go, and needs not.
            member.transport().addPeer(new MemberId(1), List.of(URI.create("http://127.0.0.1:1")));
            System.out.println(member.url());
            new CountDownLatch(1).await();
        }
    }
}
