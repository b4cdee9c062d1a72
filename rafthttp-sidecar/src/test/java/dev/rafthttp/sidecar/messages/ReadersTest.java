package dev.rafthttp.sidecar.messages;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import dev.rafthttp.HeapLimits;
import dev.rafthttp.raftpb.Message;
import dev.rafthttp.raftpb.MessageType;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.nio.ByteBuffer;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.io.ByteArrayEndPoint;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** Readers that come and go at the same moment, each with a connection in memory. */
class ReadersTest {
    private static final int RACES = 2_000;

    /** The one that goes waits for up to so many spins longer than the one that comes, to meet it at every step. */
    private static final int SPINS = 500;

    private final NodeInbox inbox = new NodeInbox(HeapLimits.OF_JVM.queueBytes());
    private final Readers readers = new Readers(inbox);
    private final ExecutorService going = Executors.newSingleThreadExecutor();

    @BeforeEach
    void start() {
        readers.start();
    }

    @AfterEach
    void stop() {
        going.shutdownNow();
    }

    /** As much of Jetty's interface as a reader asks; whatever it asks of a part of it is answered by the same. */
    private static <T> T part(Class<T> type, ByteArrayEndPoint connection) {
        HttpFields.Mutable headers = HttpFields.build();
        Object part = Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, (proxy, method, given) -> {
            if (method.getName().equals("write")) {
                ((Callback) given[2]).succeeded();
                return null;
            }
            if (method.getName().equals("execute")) {
                ((Runnable) given[0]).run();
                return null;
            }
            if (method.getReturnType() == boolean.class) {
                return false;
            }
            if (method.getReturnType().isInstance(connection)) {
                return connection;
            }
            if (method.getReturnType().isInstance(headers)) {
                return headers;
            }
            return method.getReturnType().isInterface() ? part(method.getReturnType(), connection) : null;
        });
        return type.cast(part);
    }

    private void read(ByteArrayEndPoint connection) {
        read(connection, Callback.NOOP);
    }

    private void read(ByteArrayEndPoint connection, Callback exchange) {
        readers.read(part(Request.class, connection), part(Response.class, connection), exchange);
    }

    private void assertTheLastReaderGetsMessages() throws InterruptedException {
        assertThat(readers.isAttached()).isTrue();
        inbox.put(message(1));
        assertThat(inbox.size()).as("left waiting").isZero();
    }

    private static Message message(long index) {
        return Message.newBuilder()
                .setType(MessageType.MsgAppResp)
                .setIndex(index)
                .build();
    }

    private static void meet(AtomicInteger waiting) {
        waiting.decrementAndGet();
        while (waiting.get() > 0) {
            Thread.yield();
        }
    }

    /** The last one comes at the moment when the second one has the first one's place, and the first one ends for it. */
    @Test
    void shouldSignalTheLastReaderWhenItComesWhileTheSecondTakesOver() throws Exception {
        ByteArrayEndPoint last = new ByteArrayEndPoint();
        read(new ByteArrayEndPoint(), Callback.from(() -> read(last)));

        read(new ByteArrayEndPoint());

        assertTheLastReaderGetsMessages();
    }

    /** It comes at the moment when the older one's end is found, and not acted upon yet. */
    @Test
    void shouldKeepTheReaderThatComesWhileTheOlderOnesEndIsNoticed() throws Exception {
        ByteArrayEndPoint newer = new ByteArrayEndPoint();
        AtomicBoolean noticed = new AtomicBoolean();
        ByteArrayEndPoint older = new ByteArrayEndPoint() {
            @Override
            public int fill(ByteBuffer buffer) throws IOException {
                int filled = super.fill(buffer);
                if (filled < 0 && noticed.compareAndSet(false, true)) {
                    read(newer);
                }
                return filled;
            }
        };
        read(older);

        older.addInputEOF();

        assertThat(noticed).isTrue();
        assertTheLastReaderGetsMessages();
    }

    /** It comes when the older one, whose connection closed, has no place any more, and ends. */
    @Test
    void shouldSignalTheReaderThatComesWhileTheOlderOneEndsByItself() throws Exception {
        ByteArrayEndPoint older = new ByteArrayEndPoint();
        read(older, Callback.from(() -> read(new ByteArrayEndPoint())));

        older.addInputEOF();

        assertTheLastReaderGetsMessages();
    }

    @Test
    void shouldSignalTheReaderThatCameWhileTheOlderOnesConnectionClosed() throws Exception {
        LoggerContext logs = (LoggerContext) LoggerFactory.getILoggerFactory();
        logs.getLogger(Readers.class.getPackageName()).setLevel(Level.WARN);
        ByteArrayEndPoint older = new ByteArrayEndPoint();
        read(older);
        for (int race = 1; race <= RACES; race++) {
            ByteArrayEndPoint leaving = older;
            ByteArrayEndPoint newer = new ByteArrayEndPoint();
            int spins = race % SPINS;
            AtomicInteger waiting = new AtomicInteger(2);
            Future<?> gone = going.submit(() -> {
                meet(waiting);
                for (int spin = 0; spin < spins; spin++) {
                    Thread.onSpinWait();
                }
                leaving.addInputEOF();
            });
            meet(waiting);
            read(newer);
            gone.get(20, TimeUnit.SECONDS);
            assertThat(readers.isAttached()).as("race %d", race).isTrue();

            inbox.put(message(race));

            assertThat(inbox.size()).as("left waiting after race %d", race).isZero();
            older = newer;
        }
    }
}
