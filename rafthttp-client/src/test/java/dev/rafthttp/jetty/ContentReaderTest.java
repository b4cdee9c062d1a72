package dev.rafthttp.jetty;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rafthttp.fixture.ManualExecutor;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.util.thread.Invocable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Who reads how much, and what becomes of what the sink leaves. */
@Timeout(60)
class ContentReaderTest {
    private final ManualExecutor pool = new ManualExecutor();
    private final ScriptedSource source = new ScriptedSource();
    private final Taken taken = new Taken();
    private final ContentReader reader = new ContentReader(source, pool, taken);

    /** What has arrived, and what is demanded. */
    private static final class ScriptedSource implements Content.Source {
        private final Queue<Content.Chunk> arrived = new ArrayDeque<>();
        private final AtomicInteger held = new AtomicInteger();
        private @Nullable Runnable demand;

        /** More arrives, whether or not it is demanded. */
        void add(int bytes, boolean last) {
            held.incrementAndGet();
            arrived.add(Content.Chunk.from(ByteBuffer.allocate(bytes), last, held::decrementAndGet));
        }

        /** Says that there is something to read, as the selector does. */
        void arrive() {
            Runnable demanded = demand;
            demand = null;
            assertThat(demanded).isNotNull();
            demanded.run();
        }

        @Override
        public Content.@Nullable Chunk read() {
            return arrived.poll();
        }

        @Override
        public void demand(Runnable callback) {
            assertThat(demand).isNull();
            demand = callback;
        }

        @Override
        public void fail(Throwable failure) {
            throw new AssertionError("left to the sink", failure);
        }
    }

    private static final class Taken implements ContentReader.Sink {
        private final List<Integer> pieces = new ArrayList<>();
        private final List<Throwable> failures = new ArrayList<>();
        private int ends;
        private volatile boolean isFull;
        private Runnable whileTaking = () -> {};

        @Override
        public boolean bytes(ByteBuffer bytes) {
            whileTaking.run();
            if (isFull) {
                return false;
            }
            pieces.add(bytes.remaining());
            bytes.position(bytes.limit());
            return true;
        }

        @Override
        public void end() {
            ends++;
        }

        @Override
        public void failed(Throwable cause) {
            failures.add(cause);
        }
    }

    @Test
    void shouldReadOnTheSelectorsThreadAndDemandMoreWhenThereIsNothing() {
        reader.start();
        source.add(10, false);
        source.add(20, false);
        assertThat(Invocable.getInvocationType(source.demand)).isEqualTo(Invocable.InvocationType.NON_BLOCKING);

        source.arrive();

        assertThat(taken.pieces).containsExactly(10, 20);
        assertThat(pool.pending()).isZero();
        assertThat(source.demand).isNotNull();
        assertThat(source.held).hasValue(0);
    }

    @Test
    void shouldLeaveTheSelectorAfterItsTurnAndReadOnElsewhereUntilThereIsNothing() {
        reader.start();
        for (int i = 0; i < 10; i++) {
            source.add(ContentReader.TURN_BYTES / 2, false);
        }

        source.arrive();
        assertThat(taken.pieces).hasSize(2);
        assertThat(source.demand).isNull();
        pool.runNext();

        assertThat(taken.pieces).hasSize(10);
        assertThat(pool.pending()).isZero();
        assertThat(source.demand).isNotNull();
    }

    @Test
    void shouldSayThatTheBodyIsOverOnceWhenTheLastPieceWasTaken() {
        reader.start();
        source.add(10, true);

        source.arrive();

        assertThat(taken.ends).isEqualTo(1);
        assertThat(source.demand).isNull();
        assertThat(source.held).hasValue(0);
    }

    @Test
    void shouldReadNothingAndOfferTheRestAgainWhenTheSinkIsFull() {
        taken.isFull = true;
        reader.start();
        source.add(10, false);
        source.add(20, true);
        source.arrive();
        assertThat(source.demand).isNull();
        assertThat(source.arrived).hasSize(1);

        reader.resume();
        pool.runAll();
        assertThat(taken.pieces).isEmpty();
        taken.isFull = false;
        reader.resume();
        pool.runAll();

        assertThat(taken.pieces).containsExactly(10, 20);
        assertThat(taken.ends).isEqualTo(1);
        assertThat(source.held).hasValue(0);
    }

    @Test
    void shouldGoOnAtOnceWhenItIsResumedWhileTheSinkRefuses() {
        taken.isFull = true;
        taken.whileTaking = () -> {
            taken.whileTaking = () -> {
                taken.isFull = false;
            };
            reader.resume();
        };
        reader.start();
        source.add(10, false);

        source.arrive();

        assertThat(taken.pieces).containsExactly(10);
        assertThat(pool.pending()).isZero();
    }

    @Test
    void shouldDoNothingWhenItIsResumedWithoutAReason() {
        reader.start();
        reader.resume();
        reader.resume();
        assertThat(pool.pending()).isZero();
        source.add(10, false);

        source.arrive();

        assertThat(taken.pieces).containsExactly(10);
    }

    @Test
    void shouldLetGoOfWhatItHoldsAndSaySoOnceWhenTheSinkThrows() {
        IllegalStateException broken = new IllegalStateException("broken");
        taken.whileTaking = () -> {
            throw broken;
        };
        reader.start();
        source.add(10, false);

        source.arrive();

        assertThat(taken.failures).containsExactly(broken);
        assertThat(source.held).hasValue(0);
        assertThat(source.demand).isNull();
    }

    @Test
    void shouldTellTheSinkWhenTheBodyIsBroken() {
        IOException lost = new EOFException("lost");
        reader.start();
        source.add(10, false);
        source.arrived.add(Content.Chunk.from(lost, true));

        source.arrive();

        assertThat(taken.pieces).containsExactly(10);
        assertThat(taken.failures).containsExactly(lost);
    }

    /** The sink refuses every piece at first, and another thread says at once that it may take it. */
    @Test
    void shouldMissNoResumeWhenItComesWhileTheReaderGivesUp() {
        ExecutorService threads = Executors.newFixedThreadPool(2);
        int pieces = 20_000;
        CompletableFuture<Void> over = new CompletableFuture<>();
        ScriptedSource racing = new ScriptedSource();
        for (int i = 0; i < pieces; i++) {
            racing.add(1, i == pieces - 1);
        }
        class Reluctant implements ContentReader.Sink {
            private @Nullable ContentReader read;
            private volatile boolean allowed;
            private int count;

            @Override
            public boolean bytes(ByteBuffer bytes) {
                if (!allowed) {
                    threads.execute(() -> {
                        allowed = true;
                        read.resume();
                    });
                    return false;
                }
                allowed = false;
                count++;
                return true;
            }

            @Override
            public void end() {
                over.complete(null);
            }

            @Override
            public void failed(Throwable cause) {
                over.completeExceptionally(cause);
            }
        }
        Reluctant sink = new Reluctant();
        sink.read = new ContentReader(racing, threads, sink);
        sink.read.start();
        try {
            racing.arrive();
            over.join();
        } finally {
            threads.shutdownNow();
        }

        assertThat(sink.count).isEqualTo(pieces);
    }
}
