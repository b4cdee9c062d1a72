package dev.rafthttp.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rafthttp.PeerUnreachableException;
import dev.rafthttp.StreamType;
import java.util.ArrayList;
import java.util.List;
import org.eclipse.jetty.io.ByteArrayEndPoint;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Which of closing, releasing and completing takes effect, and in which order. */
class StreamConnectionTest {
    private static final Throwable CAUSE = new PeerUnreachableException("no byte");

    private final List<String> events = new ArrayList<>();
    private final ReceivingMember member = new ReceivingMember();
    private Runnable whileClosing = () -> {};
    private final StreamConnection connection = new StreamConnection(
            new ByteArrayEndPoint() {
                @Override
                public void doClose() {
                    whileClosing.run();
                    events.add("closed");
                }
            },
            StreamType.MESSAGE,
            member.peers.get(ReceivingMember.PEER));

    @AfterEach
    void close() {
        member.close();
    }

    private void complete() {
        connection.complete(() -> events.add("completed"));
    }

    @Test
    void shouldCompleteAfterTheConnectionIsClosedWhenTheReaderComesWhileItIs() {
        whileClosing = this::complete;

        connection.close(CAUSE);

        assertThat(events).containsExactly("closed", "completed");
    }

    @Test
    void shouldCompleteWhenTheReaderComesAfterTheConnectionWasClosed() {
        connection.close(CAUSE);
        assertThat(events).containsExactly("closed");

        complete();

        assertThat(events).containsExactly("closed", "completed");
    }

    @Test
    void shouldNeverCloseAConnectionThatWasReleased() {
        connection.release();
        complete();

        connection.close(CAUSE);

        assertThat(events).containsExactly("completed");
    }

    @Test
    void shouldNotReleaseAConnectionThatWasClosed() {
        connection.close(CAUSE);
        connection.release();
        connection.close(CAUSE);
        complete();

        assertThat(events).containsExactly("closed", "completed");
    }
}
