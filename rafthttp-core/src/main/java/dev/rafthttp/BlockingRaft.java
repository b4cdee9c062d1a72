package dev.rafthttp;

import dev.rafthttp.raftpb.Message;
import dev.rafthttp.raftpb.MessageType;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Serves a Raft node that has to block when it takes a message: gives it every message on one of a few threads of its own, apart
 * from the transport's.
 *
 * <p>Proposals have threads of their own, since they wait while there is no leader, and the vote that makes one must not wait behind
 * them. What waits for a thread is bounded by the transport: one message a stream, one a post, one proposal a peer. Each message
 * costs a hand-off from one thread to another; a Raft node with a queue of its own implements {@link RaftCallback} instead.
 *
 * <p>Reports are handed on as they come; they must not block.
 */
public final class BlockingRaft implements RaftCallback, AutoCloseable {
    /** How long a thread without work is kept. */
    private static final Duration KEPT = Duration.ofSeconds(10);

    private final Taker taker;
    private final RaftCallback reports;
    private final ExecutorService messages;
    private final ExecutorService proposals;

    /** What takes messages, and may block. Several threads, in order for one stream. */
    @FunctionalInterface
    public interface Taker {
        /**
         * Takes a message.
         *
         * @param sender whose stream or post brought it
         * @throws InterruptedException if this is closed meanwhile
         * @throws Exception as {@link RaftCallback#process}
         */
        void take(Message message, MemberId sender) throws Exception;
    }

    /**
     * Makes one; its threads start as they are needed.
     *
     * @param taker given the messages
     * @param reports told everything else; its {@link RaftCallback#process} is not called
     * @param name of the threads, which are daemons
     * @param threads how many may wait in {@code taker} with a message that is no proposal, 1 or more: the streams of a peer are
     *     two. As many again wait with proposals
     */
    public BlockingRaft(Taker taker, RaftCallback reports, String name, int threads) {
        if (threads < 1) {
            throw new IllegalArgumentException(threads + " threads: expected 1 or more");
        }
        this.taker = Objects.requireNonNull(taker, "taker");
        this.reports = Objects.requireNonNull(reports, "reports");
        this.messages = pool(name + "-messages", threads);
        this.proposals = pool(name + "-proposals", threads);
    }

    private static ExecutorService pool(String name, int threads) {
        ThreadPoolExecutor pool = new ThreadPoolExecutor(
                threads, threads, KEPT.toMillis(), TimeUnit.MILLISECONDS, new LinkedBlockingQueue<>(), task -> {
                    Thread thread = new Thread(task, name);
                    thread.setDaemon(true);
                    return thread;
                });
        pool.allowCoreThreadTimeOut(true);
        return pool;
    }

    @Override
    public CompletionStage<Void> process(Message message) {
        return process(message, new MemberId(message.getFrom()));
    }

    @Override
    public CompletionStage<Void> process(Message message, MemberId sender) {
        Delivery delivery = new Delivery(message, sender);
        (message.getType() == MessageType.MsgProp ? proposals : messages).execute(delivery);
        return delivery.taken;
    }

    /** A message on its way to a thread. */
    private final class Delivery implements Runnable {
        private final Message message;
        private final MemberId sender;
        private final CompletableFuture<Void> taken = new CompletableFuture<>();

        Delivery(Message message, MemberId sender) {
            this.message = message;
            this.sender = sender;
        }

        @Override
        public void run() {
            try {
                taker.take(message, sender);
                taken.complete(null);
            } catch (InterruptedException e) {
                reject();
            } catch (Exception | Error e) {
                taken.completeExceptionally(e);
            }
        }

        void reject() {
            taken.completeExceptionally(new RejectedExecutionException("Raft is closing"));
        }
    }

    @Override
    public boolean isIdRemoved(MemberId id) {
        return reports.isIdRemoved(id);
    }

    @Override
    public void reportUnreachable(MemberId id) {
        reports.reportUnreachable(id);
    }

    @Override
    public void reportSnapshot(MemberId id, SnapshotStatus status) {
        reports.reportSnapshot(id, status);
    }

    @Override
    public void reportRemoved(RemovedMemberException cause) {
        reports.reportRemoved(cause);
    }

    /** Interrupts whoever waits, and takes nothing more: later messages fail with {@link RejectedExecutionException}. */
    @Override
    public void close() {
        reject(messages.shutdownNow());
        reject(proposals.shutdownNow());
    }

    private static void reject(List<Runnable> left) {
        left.forEach(each -> ((Delivery) each).reject());
    }
}
