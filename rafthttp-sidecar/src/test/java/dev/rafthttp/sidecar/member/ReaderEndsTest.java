package dev.rafthttp.sidecar.member;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Readers that are replaced or hang up, and what of it is logged. */
class ReaderEndsTest extends SidecarFixture {
    private static final int ROUNDS = 100;
    private static final byte[] READ =
            "GET /v1/messages HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

    private final CapturedLines jetty = new CapturedLines("org.eclipse.jetty");
    private final CapturedLines node = new CapturedLines("dev.rafthttp.sidecar");

    @AfterEach
    void detach() {
        jetty.close();
        node.close();
    }

    private Socket reader() throws IOException {
        Socket reader = new Socket(nodeA.getHost(), nodeA.getPort());
        reader.setSoTimeout((int) LIMIT.toMillis());
        reader.getOutputStream().write(READ);
        return reader;
    }

    private void awaitEnds(long readers) {
        await().atMost(LIMIT)
                .until(() -> node.lines().stream()
                                .filter(line -> line.contains("reader at "))
                                .filter(line -> line.endsWith(" ended") || line.endsWith(" went away"))
                                .count()
                        == readers);
    }

    @Test
    void shouldLeaveConnectionsToJettyInGoodOrderWhenReadersAreReplacedAndHangUp() throws Exception {
        a();

        for (int round = 1; round <= ROUNDS; round++) {
            Socket one = reader();
            Socket other = reader();
            one.close();
            other.close();
            awaitEnds(2L * round);
        }

        assertThat(node.lines()).noneMatch(line -> line.contains("null"));
        assertThat(jetty.lines()).noneMatch(line -> line.startsWith("WARN") || line.startsWith("ERROR"));
    }

    @Test
    void shouldNameTheAddressOfAReaderThatIsGone() throws Exception {
        a();
        Socket reader = reader();
        String address = reader.getLocalSocketAddress().toString();
        assertThat(reader.getInputStream().read()).isEqualTo('H');

        reader.close();

        awaitEnds(1);
        assertThat(node.lines()).anyMatch(line -> line.contains("reader at " + address + " "));
    }

    /** Whose connection is the server's to close, when the client does not. */
    @Test
    void shouldEndTheConnectionOfAReaderThatWasReplaced() throws Exception {
        a();
        try (Socket replaced = reader()) {
            assertThat(replaced.getInputStream().read()).isEqualTo('H');
            try (Socket other = reader()) {
                assertThat(other.getInputStream().read()).isEqualTo('H');

                assertThat(new String(replaced.getInputStream().readAllBytes(), StandardCharsets.US_ASCII))
                        .endsWith("\r\n\r\n");
            }
            awaitEnds(2);
            assertThat(jetty.lines()).noneMatch(line -> line.startsWith("WARN") || line.startsWith("ERROR"));
        } catch (SocketException e) {
            throw new AssertionError("the connection of the reader that was replaced was cut", e);
        }
    }
}
