package dev.rafthttp.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.channels.SocketChannel;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class AcceptedChannelsTest {
    private final AcceptedChannels channels = new AcceptedChannels();

    @AfterEach
    void close() {
        channels.close();
    }

    private SocketChannel accept() throws Exception {
        SocketChannel channel = SocketChannel.open();
        channels.onAccepting(channel);
        return channel;
    }

    @Test
    void shouldCloseWhatIsLeft() throws Exception {
        SocketChannel left = accept();

        channels.close();

        assertThat(left.isOpen()).isFalse();
        assertThat(channels.size()).isZero();
    }

    @Test
    void shouldCloseWhatIsAcceptedAfterTheEnd() throws Exception {
        channels.close();

        assertThat(accept().isOpen()).isFalse();
        assertThat(channels.size()).isZero();
    }

    @Test
    void shouldForgetWhatWasClosedOrNeverServed() throws Exception {
        try (SocketChannel closed = accept();
                SocketChannel failed = accept();
                SocketChannel open = accept()) {
            channels.onClosed(closed);
            channels.onAcceptFailed(failed, new IllegalStateException("no selector"));

            assertThat(channels.size()).isEqualTo(1);
            assertThat(open.isOpen()).isTrue();
        }
    }
}
