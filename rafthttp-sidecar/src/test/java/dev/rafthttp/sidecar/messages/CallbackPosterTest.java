package dev.rafthttp.sidecar.messages;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.rafthttp.HeapLimits;
import dev.rafthttp.raftpb.Message;
import dev.rafthttp.raftpb.MessageType;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A node that begins to answer, and never comes to an end. */
class CallbackPosterTest {
    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final long WHOLE_POST_MILLIS = 300;

    private final NodeInbox inbox = new NodeInbox(HeapLimits.OF_JVM.queueBytes());
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final AtomicInteger posts = new AtomicInteger();
    private volatile boolean closed;

    @AfterEach
    void stop() {
        closed = true;
        threads.shutdownNow();
    }

    /** Answers every post with a head, and then a byte at a time, faster than any idle timeout. */
    private URI dripping(String head) throws IOException {
        ServerSocket node = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        threads.execute(() -> {
            while (!closed) {
                try {
                    Socket connection = node.accept();
                    threads.execute(() -> drip(connection, head));
                } catch (IOException e) {
                    throw new AssertionError(e);
                }
            }
        });
        return URI.create("http://127.0.0.1:" + node.getLocalPort() + "/take");
    }

    private void drip(Socket connection, String head) {
        try (connection) {
            InputStream in = connection.getInputStream();
            if (in.read() < 0) {
                return;
            }
            posts.incrementAndGet();
            connection.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));
            await().forever().pollInterval(Duration.ofMillis(10)).until(() -> {
                connection.getOutputStream().write('x');
                return closed;
            });
        } catch (IOException hungUp) {
            // As it should.
        } catch (RuntimeException hungUp) {
            assertThat(hungUp).hasRootCauseInstanceOf(IOException.class);
        }
    }

    private static Message message(long index) {
        return Message.newBuilder()
                .setType(MessageType.MsgAppResp)
                .setIndex(index)
                .build();
    }

    @Test
    void shouldPostAgainWhenTheAnswerToAPostDripsForEver() throws Exception {
        URI url = dripping("HTTP/1.1 500 Never\r\nContent-Length: 1000000\r\n\r\n");
        try (CallbackPoster poster = new CallbackPoster(url, inbox, WHOLE_POST_MILLIS)) {
            poster.start();

            inbox.put(message(1));

            await().atMost(LIMIT).until(() -> posts.get() >= 2);
            assertThat(poster.isAttached()).isFalse();
        }
    }

    @Test
    void shouldPostNothingTwiceWhenTheNodeHasSaidThatItTookIt() throws Exception {
        URI url = dripping("HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n");
        try (CallbackPoster poster = new CallbackPoster(url, inbox, 10 * WHOLE_POST_MILLIS)) {
            poster.start();

            inbox.put(message(1));

            await().atMost(LIMIT).until(poster::isIdle);
            assertThat(posts.get())
                    .as("one that asks for a node, and that of the message")
                    .isEqualTo(2);
            assertThat(poster.isAttached()).isTrue();
        }
    }
}
