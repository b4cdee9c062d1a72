package dev.rafthttp.sidecar.relay.standin;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rafthttp.HeapLimits;
import dev.rafthttp.fixture.FreeUrls;
import dev.rafthttp.sidecar.events.EventLog;
import dev.rafthttp.sidecar.relay.Relays;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.time.Duration;
import java.util.AbstractList;
import java.util.List;
import java.util.function.Consumer;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a start that fails leaves behind: nothing. */
class StandInsTest {
    private static final Error FAILURE = new OutOfMemoryError("of this test");

    private final QueuedThreadPool threads = new QueuedThreadPool();
    private final URI front = FreeUrls.next();
    private final RelayMember member = Relays.member(Relays.A, front, FreeUrls.next());

    /** The one member, and an error where the start asks for more. */
    private class Failing extends AbstractList<RelayMember> {
        @Override
        public RelayMember get(int index) {
            if (index > 0) {
                throw FAILURE;
            }
            return member;
        }

        @Override
        public int size() {
            return 2;
        }
    }

    @BeforeEach
    void startThreads() throws Exception {
        threads.start();
    }

    @AfterEach
    void stopThreads() throws Exception {
        threads.stop();
    }

    private StandIns standIns() {
        return new StandIns(
                Relays.alone(), new Traffic(), new EventLog(), threads, Duration.ofSeconds(2), HeapLimits.OF_JVM);
    }

    private void assertIsReleased() {
        assertThatCode(() -> new ServerSocket(front.getPort(), 1, InetAddress.getLoopbackAddress()).close())
                .doesNotThrowAnyException();
    }

    @Test
    void shouldReleaseTheFrontsWhenAnErrorEndsTheBinding() {
        assertThatThrownBy(() -> standIns().start(new Failing())).isSameAs(FAILURE);

        assertIsReleased();
    }

    @Test
    void shouldReleaseTheFrontsWhenAnErrorEndsTheStartAfterTheBinding() {
        List<RelayMember> members = new Failing() {
            @Override
            public int size() {
                return 1;
            }

            @Override
            public void forEach(Consumer<? super RelayMember> action) {
                throw FAILURE;
            }
        };

        assertThatThrownBy(() -> standIns().start(members)).isSameAs(FAILURE);

        assertIsReleased();
    }
}
