package dev.rafthttp.jetty;

import dev.rafthttp.RaftCallback;
import dev.rafthttp.RemovalStatus;
import dev.rafthttp.TransportConfig;
import dev.rafthttp.codec.MemoryBudget;
import dev.rafthttp.coupling.StreamCoupler;
import dev.rafthttp.metrics.TransportMetrics;
import dev.rafthttp.peer.PeerEnvironment;
import dev.rafthttp.runtime.CloseDeadline;
import dev.rafthttp.runtime.SystemScheduler;
import dev.rafthttp.runtime.TlsReloader;
import dev.rafthttp.tls.PeerTls;
import dev.rafthttp.tls.TlsFilesException;
import java.io.UncheckedIOException;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the client half and the server half of one transport run on: the thread pool, the scheduler, the files of peer
 * TLS, and what all peers share.
 *
 * <p>The owner starts the runtime before the halves and closes it after them. All of them close within one deadline,
 * see {@link #closing}. Any thread. The runtime's own lock guards its state, and is not held while it stops.
 */
public final class TransportRuntime implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(TransportRuntime.class);

    /** How long an idle thread is kept after a burst, or after a callback that blocks. */
    private static final int IDLE_THREAD_MILLIS = 5_000;

    private final TransportConfig config;
    private final QueuedThreadPool threads;
    private final TransportThreads executor;
    private final SystemScheduler scheduler;
    private final Optional<TlsReloader> tls;
    private final PeerEnvironment environment;
    private final AtomicBoolean closed = new AtomicBoolean();

    // Guarded by this.
    private boolean started;
    private @Nullable CloseDeadline deadline;

    /**
     * Makes a runtime; no thread runs before {@link #start}, except for reports.
     *
     * @param coupler told of every stream; {@link StreamCoupler#NONE} unless the transport is a relay's
     * @param received what all that is being received may take of the heap
     * @throws UncheckedIOException if the files of peer TLS cannot be used
     */
    public TransportRuntime(
            TransportConfig config,
            RaftCallback callback,
            TransportMetrics metrics,
            StreamCoupler coupler,
            MemoryBudget received) {
        this.config = config;
        String name = name();
        threads = threads(name);
        scheduler = new SystemScheduler(name + "-scheduler");
        executor = new TransportThreads(threads, name + "-late");
        tls = config.tls().map(this::reloader);
        environment =
                new PeerEnvironment(config, callback, scheduler, executor, new Random(), metrics, coupler, received);
    }

    private String name() {
        return "rafthttp-" + config.memberId();
    }

    private static QueuedThreadPool threads(String name) {
        QueuedThreadPool threads = new QueuedThreadPool();
        threads.setName(name);
        threads.setDaemon(true);
        threads.setIdleTimeout(IDLE_THREAD_MILLIS);
        threads.setMaxEvictCount(threads.getMaxThreads());
        return threads;
    }

    private TlsReloader reloader(PeerTls files) {
        try {
            return new TlsReloader(files, scheduler, executor);
        } catch (TlsFilesException e) {
            scheduler.close();
            throw new UncheckedIOException(
                    "peer TLS of member " + config.memberId() + " cannot be used: " + e.getMessage(), e);
        }
    }

    /** What all peers share. */
    public PeerEnvironment environment() {
        return environment;
    }

    /** The threads of both halves. Only the runtime starts and stops them. */
    public QueuedThreadPool threads() {
        return threads;
    }

    /** The files of peer TLS; empty if none are configured. */
    public Optional<TlsReloader> tls() {
        return tls;
    }

    /** What the first peer said that reported the removal of this member; empty if no peer has. */
    public Optional<RemovalStatus> removal() {
        return environment.reports().removal();
    }

    /**
     * Starts the threads, and begins to look for changed files of peer TLS.
     *
     * @throws IllegalStateException if the runtime was started or closed before
     */
    public synchronized void start() {
        if (started || deadline != null) {
            throw new IllegalStateException("the transport of member " + config.memberId() + " has been "
                    + (deadline == null ? "started" : "closed") + " before");
        }
        started = true;
        try {
            threads.start();
        } catch (Exception e) {
            throw new IllegalStateException("the threads of member " + config.memberId() + " cannot be started", e);
        }
        tls.ifPresent(TlsReloader::start);
        LOG.info(
                "limits of member {}, configured or derived from the heap of {} bytes: {} bytes per message,"
                        + " {} per post, {} per queue of a lane, {} for all that is being received",
                config.memberId(),
                Runtime.getRuntime().maxMemory(),
                config.maxMessageBytes(),
                config.maxPostBytes(),
                config.queueBytes(),
                environment.received().maxBytes());
    }

    /**
     * Says that the transport is closing. The first call begins the configured time, which both halves and the runtime
     * share; changed files of peer TLS are no longer looked for.
     *
     * @return the same deadline at each call
     */
    public synchronized CloseDeadline closing() {
        CloseDeadline begun = deadline;
        if (begun == null) {
            begun = new CloseDeadline(config.closeTimeout().toMillis(), scheduler::nanoTime);
            deadline = begun;
            tls.ifPresent(TlsReloader::close);
        }
        return begun;
    }

    /**
     * Ends every thread, within what is left of the deadline. Reports that Raft has not taken by then go on, on a
     * thread that ends with them. Later calls do nothing.
     */
    @Override
    public void close() {
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        CloseDeadline left = closing();
        // The pool finishes the reports that it has. It waits for threads that Raft holds, and then interrupts them.
        threads.setStopTimeout(left.leftMillis());
        try {
            threads.stop();
        } catch (Exception e) {
            LOG.warn("the threads of member {} did not stop cleanly", config.memberId(), e);
        }
        executor.awaitLeft(left.leftMillis());
        scheduler.close();
    }

    @Override
    public String toString() {
        return "runtime of member " + config.memberId() + ": " + threads;
    }
}
