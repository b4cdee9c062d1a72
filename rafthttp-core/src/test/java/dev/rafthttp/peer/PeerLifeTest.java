package dev.rafthttp.peer;

import static dev.rafthttp.fixture.TestMessages.heartbeat;
import static dev.rafthttp.peer.PeerBench.ID;
import static dev.rafthttp.peer.PeerBench.frames;
import static org.assertj.core.api.Assertions.assertThat;

import dev.rafthttp.Dialect;
import dev.rafthttp.Lane;
import dev.rafthttp.PeerStatus;
import dev.rafthttp.PeerStatus.ProbeStatus;
import dev.rafthttp.PeerUnreachableException;
import dev.rafthttp.StreamType;
import dev.rafthttp.codec.MessageEncoder;
import dev.rafthttp.fixture.ScriptedSink;
import dev.rafthttp.outbound.OutboundStream;
import dev.rafthttp.outbound.StreamSink;
import dev.rafthttp.outbound.WriterBench;
import java.net.URI;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A peer from start to close, and what it says of itself. */
class PeerLifeTest {
    private static final PeerUnreachableException RESET = new PeerUnreachableException("connection reset");

    private final PeerBench bench = new PeerBench();
    private final ScriptedSink msgApp = new ScriptedSink();
    private final ScriptedSink message = new ScriptedSink();

    @Test
    void shouldWriteLinkHeartbeatsOnBothLanesWhenStartedAndAtRest() {
        bench.peer.start();
        OutboundStream first = bench.attach(StreamType.MSGAPP, msgApp);
        OutboundStream second = bench.attach(StreamType.MESSAGE, message);

        for (int i = 0; i < 6; i++) {
            bench.surroundings.scheduler.advance(Duration.ofMillis(500));
            first.acknowledged(0);
            second.acknowledged(0);
        }

        assertThat(msgApp.writes().size()).isBetween(5, 6);
        assertThat(WriterBench.framesIn(message).linkHeartbeats()).isBetween(5, 6);
    }

    @Test
    void shouldCutAStreamAndReportThePeerWithinTwoSecondsWhenItAcknowledgesNothing() {
        bench.peer.start();
        bench.attach(StreamType.MESSAGE, message);

        bench.surroundings.scheduler.advance(Duration.ofMillis(1600));
        bench.settle();

        assertThat(message.closeCause())
                .hasMessageStartingWith("no acknowledgement for 1")
                .hasMessageEndingWith(" ms");
        assertThat(bench.raft.unreachable()).containsExactly(ID);
        assertThat(bench.peer.activeSince()).isEmpty();
    }

    @Test
    void shouldCutNoStreamForASilenceInWhichThisProcessDidNotRun() {
        bench.peer.start();
        OutboundStream stream = bench.attach(StreamType.MESSAGE, message);

        bench.surroundings.scheduler.pause(Duration.ofSeconds(10));
        bench.settle();
        assertThat(message.closeCalls()).isZero();

        // The acknowledgement that waited in the socket.
        stream.acknowledged(0);
        bench.surroundings.scheduler.advance(Duration.ofMillis(1000));
        bench.settle();
        assertThat(message.closeCalls()).isZero();

        bench.surroundings.scheduler.pause(Duration.ofSeconds(10));
        bench.surroundings.scheduler.advance(Duration.ofMillis(200));
        bench.settle();
        assertThat(message.closeCause()).hasMessageStartingWith("no acknowledgement for 1");
    }

    @Test
    void shouldCutASilentStreamWhenEveryTickIsLate() {
        bench.peer.start();
        bench.attach(StreamType.MESSAGE, message);

        for (int tick = 0; tick < 12; tick++) {
            bench.surroundings.scheduler.pause(Duration.ofMillis(400));
            bench.settle();
        }

        assertThat(message.closeCause()).hasMessageStartingWith("no acknowledgement for");
    }

    @Test
    void shouldGoOnWatchingWhenAStreamCannotBeClosed() {
        bench.peer.start();
        StreamSink broken = new StreamSink() {
            @Override
            public void write(ByteBuffer piece, WriteCompletion completion) {
                completion.succeeded();
            }

            @Override
            public void close(Throwable cause) {
                throw new IllegalStateException("cannot be closed");
            }
        };
        bench.peer.writer(StreamType.MSGAPP).attach(broken, new MessageEncoder(), true);
        bench.attach(StreamType.MESSAGE, message);

        bench.surroundings.scheduler.advance(Duration.ofMillis(1600));
        bench.surroundings.scheduler.advance(Duration.ofMillis(200));

        assertThat(message.closeCause()).hasMessageStartingWith("no acknowledgement for");
    }

    @Test
    void shouldLeaveNothingToTheSchedulerWhenClosed() {
        bench.peer.start();
        assertThat(bench.surroundings.scheduler.pending()).isPositive();

        bench.peer.close();
        bench.surroundings.scheduler.advance(Duration.ofSeconds(1));

        assertThat(bench.surroundings.scheduler.pending()).isZero();
    }

    @Test
    void shouldCloseBothStreamsOnceWhenClosedTwice() {
        bench.attach(StreamType.MSGAPP, msgApp);
        bench.attach(StreamType.MESSAGE, message);

        bench.peer.close();
        bench.peer.close();

        assertThat(msgApp.closeCalls()).isEqualTo(1);
        assertThat(message.closeCalls()).isEqualTo(1);
        assertThat(message.closeCause()).hasMessage("peer 2 has been removed or closed");
    }

    @Test
    void shouldCloseAStreamThatIsAttachedAfterClose() {
        bench.peer.close();

        bench.attach(StreamType.MESSAGE, message);

        assertThat(message.closeCause()).hasMessage("peer 2 has been removed or closed");
        assertThat(bench.peer.activeSince()).isEmpty();
    }

    @Test
    void shouldBeActiveSinceAStreamWasAttachedUntilTheLastIsLost() {
        assertThat(bench.peer.activeSince()).isEmpty();
        Instant attached = bench.surroundings.scheduler.now();
        OutboundStream first = bench.attach(StreamType.MSGAPP, msgApp);
        OutboundStream second = bench.attach(StreamType.MESSAGE, message);

        first.close(RESET);
        assertThat(bench.peer.activeSince()).contains(attached);
        second.close(RESET);

        assertThat(bench.peer.activeSince()).isEmpty();
        assertThat(bench.metrics.count("attached", Lane.MSGAPP)).isEqualTo(1);
        assertThat(bench.metrics.count("detached", Lane.MSGAPP)).isEqualTo(1);
    }

    @Test
    void shouldBeActiveSinceAPostWasDelivered() {
        bench.dialInVain();
        bench.send(heartbeat(1));

        bench.poster.outcome(0).delivered();

        assertThat(bench.peer.activeSince()).contains(bench.surroundings.scheduler.now());
    }

    @Test
    void shouldTurnToTheNextUrlWhenADialFails() {
        Peer two = new Peer(
                bench.surroundings.environment(),
                ID,
                List.of(PeerBench.URL, URI.create("http://other:2380")),
                Dialect.PUSH,
                false,
                bench.poster);

        two.dialFailed(StreamType.MESSAGE, PeerBench.URL, new PeerUnreachableException("connection refused"));

        assertThat(two.urls().pick()).isEqualTo(URI.create("http://other:2380"));
    }

    @Test
    void shouldSayWhatItKnowsOfItself() {
        OutboundStream stream = bench.attach(StreamType.MESSAGE, message);
        bench.send(heartbeat(1), heartbeat(2));
        stream.acknowledged(1);
        bench.accept(StreamType.MESSAGE).receive(frames(heartbeat(3)));
        bench.peer.probed(new ProbeStatus(true, 5_000_000, 1_000));

        PeerStatus status = bench.peer.status();

        assertThat(status.id()).isEqualTo(ID);
        assertThat(status.urls()).containsExactly(PeerBench.URL);
        assertThat(status.activeSince()).isPresent();
        assertThat(status.remote()).isFalse();
        assertThat(status.paused()).isFalse();
        assertThat(status.received()).isEqualTo(1);
        assertThat(status.probe()).contains(new ProbeStatus(true, 5_000_000, 1_000));
        assertThat(status.lanes()).containsOnlyKeys(Lane.values());
        assertThat(bench.status(Lane.MESSAGE).attached()).isTrue();
        assertThat(bench.status(Lane.MESSAGE).sent()).isEqualTo(2);
        assertThat(bench.status(Lane.MESSAGE).delivered()).isEqualTo(1);
        assertThat(bench.status(Lane.MSGAPP).attached()).isFalse();
    }

    @Test
    void shouldTellItsStateInOneLine() {
        bench.attach(StreamType.MESSAGE, new ScriptedSink());

        assertThat(bench.peer.toString())
                .doesNotContain("\n")
                .startsWith("peer " + PeerBench.ID + " (PUSH) at [http://peer:2380], ")
                .contains("msgapp lane, CONNECTING, 0 messages waiting", "message lane, ATTACHED, 0 messages waiting");
    }
}
