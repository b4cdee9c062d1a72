package dev.rafthttp.runtime;

import dev.rafthttp.tls.PeerTls;
import dev.rafthttp.tls.TlsFilesException;
import dev.rafthttp.tls.TlsMaterial;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import javax.net.ssl.SSLContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the files of peer TLS again and again, and gives those who make connections a new context when they have changed.
 *
 * <p>By content, not by events of the file system: what orchestrators mount is replaced by way of symbolic links, and a network
 * file system tells nothing. Files that cannot be used leave the last ones in use, and are told of once.
 *
 * <p>One check follows the other, each on a thread of the executor, since reading blocks; so its own state needs no lock.
 */
public final class TlsReloader {
    private static final Logger LOG = LoggerFactory.getLogger(TlsReloader.class);

    /** A certificate is renewed days before it ends; and a few small files that the page cache has cost nothing. */
    static final long INTERVAL_NANOS = TimeUnit.SECONDS.toNanos(2);

    private final PeerTls tls;
    private final Scheduler scheduler;
    private final Executor executor;
    private final List<Consumer<SSLContext>> users = new CopyOnWriteArrayList<>();
    private volatile TlsMaterial material;
    private volatile boolean closed;
    private String lastComplaint = "";

    /**
     * Reads the files a first time.
     *
     * @param scheduler says when to look; its thread does not read
     * @param executor reads; as in the peers' environment
     * @throws TlsFilesException naming every file that cannot be used, and why
     */
    public TlsReloader(PeerTls tls, Scheduler scheduler, Executor executor) throws TlsFilesException {
        this.tls = tls;
        this.scheduler = scheduler;
        this.executor = executor;
        this.material = TlsMaterial.load(tls);
    }

    /** The files, and what is asked of peers. */
    public PeerTls files() {
        return tls;
    }

    /**
     * Gives a context now, and a new one whenever the files have changed, on a thread of the executor.
     *
     * @param user gets contexts that nobody else has
     */
    public void follow(Consumer<SSLContext> user) {
        users.add(user);
        user.accept(material.newContext());
    }

    /** Begins to look. To be called once, after every {@link #follow}. */
    public void start() {
        scheduler.schedule(() -> executor.execute(this::check), INTERVAL_NANOS);
    }

    /** Ends that. */
    public void close() {
        closed = true;
    }

    private void check() {
        if (closed) {
            return;
        }
        try {
            if (!material.isStillIn(tls)) {
                replace(TlsMaterial.load(tls));
            }
            lastComplaint = "";
        } catch (TlsFilesException e) {
            complainOnce(e);
        } finally {
            start();
        }
    }

    private void replace(TlsMaterial found) {
        material = found;
        users.forEach(user -> user.accept(found.newContext()));
        LOG.info(
                "new connections use the certificate of {}, serial number {}, valid until {}, from {}",
                found.certificate().getSubjectX500Principal(),
                found.certificate().getSerialNumber().toString(16),
                found.certificate().getNotAfter().toInstant(),
                tls.certFile());
    }

    private void complainOnce(TlsFilesException problem) {
        String complaint = String.valueOf(problem.getMessage());
        if (!complaint.equals(lastComplaint)) {
            lastComplaint = complaint;
            LOG.error(
                    "the files of peer TLS have changed, but cannot be used: {}; the certificate in use stays, valid until {}",
                    complaint,
                    material.certificate().getNotAfter().toInstant());
        }
    }
}
