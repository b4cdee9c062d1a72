package dev.rafthttp.peer;

import static dev.rafthttp.fixture.TestMessages.heartbeat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rafthttp.Dialect;
import dev.rafthttp.MemberId;
import dev.rafthttp.PeerUnreachableException;
import dev.rafthttp.StreamType;
import dev.rafthttp.codec.MemoryBudget;
import dev.rafthttp.coupling.StreamCoupler;
import dev.rafthttp.fixture.ScriptedInbound;
import dev.rafthttp.fixture.ScriptedPoster;
import dev.rafthttp.fixture.Surroundings;
import dev.rafthttp.inbound.StreamReceiver;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

/** In which order a coupler is told of a stream that a peer writes. */
class StreamEventsTest {
    private static final PeerUnreachableException CUT = new PeerUnreachableException("cut");

    private final Surroundings surroundings = new Surroundings();
    private final List<String> events = new CopyOnWriteArrayList<>();
    private volatile Runnable whileOpening = () -> {};
    private final Peer peer = peer();

    private Peer peer() {
        PeerEnvironment usual = surroundings.environment();
        StreamCoupler coupler = new StreamCoupler() {
            @Override
            public void opened(MemberId peer, StreamType type, Direction direction) {
                whileOpening.run();
                events.add("opened");
            }

            @Override
            public void closed(MemberId peer, StreamType type, Direction direction, Throwable cause) {
                events.add("closed: " + cause.getMessage());
            }
        };
        PeerEnvironment environment = new PeerEnvironment(
                usual.config(),
                surroundings.raft,
                surroundings.scheduler,
                surroundings.executor,
                new Random(1),
                surroundings.metrics,
                coupler,
                MemoryBudget.unlimited());
        return new Peer(environment, PeerBench.ID, List.of(PeerBench.URL), Dialect.PUSH, false, new ScriptedPoster());
    }

    private StreamReceiver accept() {
        return peer.accept(StreamType.MESSAGE, new ScriptedInbound(), Duration.ofSeconds(3));
    }

    @Test
    void shouldTellThatAStreamIsOpenBeforeThatItIsOver() {
        StreamReceiver receiver = accept();
        receiver.receive(PeerBench.frames(heartbeat(1)));
        receiver.begin();
        receiver.close(CUT);

        assertThat(events).containsExactly("opened", "closed: cut");
    }

    @Test
    void shouldTellTheEndAfterTheBeginningWhenAnotherThreadClosesTheStreamMeanwhile() {
        StreamReceiver receiver = accept();
        whileOpening = () -> {
            Thread other = new Thread(() -> receiver.close(CUT));
            other.start();
            try {
                other.join();
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        };

        assertThatThrownBy(() -> receiver.receive(PeerBench.frames(heartbeat(1))))
                .hasMessage("the stream has been closed");

        assertThat(events).containsExactly("opened", "closed: cut");
        assertThat(surroundings.raft.processed()).isEmpty();
    }

    @Test
    void shouldNotTellTheBeginningWhenTheStreamIsOver() {
        StreamReceiver receiver = accept();
        receiver.close(CUT);

        assertThatThrownBy(() -> receiver.receive(PeerBench.frames(heartbeat(1))))
                .hasMessage("the stream has been closed");

        assertThat(events).containsExactly("closed: cut");
    }
}
