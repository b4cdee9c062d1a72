package dev.rafthttp.demo.node;

import dev.rafthttp.FolderInUseException;
import dev.rafthttp.FolderLock;
import dev.rafthttp.RaftCallback;
import dev.rafthttp.RemovedMemberException;
import dev.rafthttp.demo.command.CannotRunException;
import dev.rafthttp.demo.command.StopSignal;
import dev.rafthttp.demo.kv.KvNode;
import dev.rafthttp.demo.kv.KvOperations;
import dev.rafthttp.demo.kv.KvServer;
import dev.rafthttp.demo.kv.PeerLink;
import dev.rafthttp.demo.store.SqliteDisk;
import dev.rafthttp.sidecarclient.SidecarClient;
import dev.rafthttp.sidecarclient.WrongSidecarException;
import io.microraft.model.RaftModelFactory;
import io.microraft.model.impl.DefaultRaftModelFactory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.security.SecureRandom;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One member in a process of its own: on an SQLite disk, behind its sidecar, with its keys over HTTP.
 *
 * <p>Started and closed once, by one thread.
 */
final class NodeProcess implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(NodeProcess.class);

    private final NodeOptions options;
    private final StopSignal stop;
    private final AtomicReference<@Nullable CannotRunException> failure = new AtomicReference<>();
    private final FolderLock folder;
    private final SqliteDisk disk;
    private final KvNode node;
    private final KvServer server;

    /**
     * Locks the disk's folder, and opens the disk; nothing runs yet.
     *
     * @param stop raised when the member cannot go on
     * @throws CannotRunException if another process has the folder, or the disk cannot be used
     */
    NodeProcess(NodeOptions options, StopSignal stop) {
        this.options = options;
        this.stop = stop;
        RaftModelFactory models = new DefaultRaftModelFactory();
        folder = lock(options);
        disk = disk(models);
        try {
            node = new KvNode(options.group(), options.member(), disk, this::link, this::removed, new SecureRandom());
        } catch (UncheckedIOException unreadable) {
            disk.close();
            release();
            throw new CannotRunException(String.valueOf(unreadable.getCause()), unreadable);
        }
        server = new KvServer(node, options.name(), options.listenKv(), options.kvUrls());
    }

    private static FolderLock lock(NodeOptions options) {
        try {
            return FolderLock.take(options.dataDir(), "the node of member " + options.member());
        } catch (FolderInUseException e) {
            throw new CannotRunException(
                    NodeFlags.DATA_DIR + " \"" + options.dataDir()
                            + "\": expected a folder that no other process uses, but " + e.getMessage(),
                    e);
        } catch (IOException e) {
            throw new CannotRunException(
                    NodeFlags.DATA_DIR + " \"" + options.dataDir()
                            + "\": expected a folder that can be made and written, but " + e,
                    e);
        }
    }

    private SqliteDisk disk(RaftModelFactory models) {
        try {
            return SqliteDisk.open(
                    folder.folder(),
                    options.group().id(),
                    options.member(),
                    models,
                    new KvOperations(),
                    this::cannotGoOn);
        } catch (CannotRunException e) {
            release();
            throw e;
        }
    }

    private void release() {
        try {
            folder.close();
        } catch (IOException e) {
            LOG.warn("{} is not released in good order", folder.folder(), e);
        }
    }

    /**
     * Takes part. The sidecar may come later; the port is taken first, since whatever else has it is most often this member, from
     * which the sidecar would be taken away.
     *
     * @throws CannotRunException if the keys cannot be served
     */
    void start() {
        server.bind();
        node.start();
        server.start();
        LOG.info(
                "member {} ({}) in cluster {}, sidecar {}, disk {}, keys at {}{}",
                options.name(),
                options.member(),
                options.group().id(),
                options.sidecar(),
                options.dataDir(),
                options.listenKv(),
                KvServer.KEYS_PATH);
    }

    /** Why the member cannot go on, if so. */
    Optional<CannotRunException> failure() {
        return Optional.ofNullable(failure.get());
    }

    KvNode node() {
        return node;
    }

    private PeerLink link(RaftCallback callback) {
        return new SidecarLink(SidecarClient.builder(
                        options.sidecar(), options.member(), options.group().id(), callback)
                .refused(this::refused)
                .build());
    }

    private void refused(WrongSidecarException wrong) {
        cannotGoOn(new CannotRunException(
                wrong.getMessage() + "; are " + NodeFlags.NAME + ", " + NodeFlags.INITIAL_CLUSTER + " and "
                        + NodeFlags.INITIAL_CLUSTER_TOKEN + " the sidecar's?",
                wrong));
    }

    private void removed(RemovedMemberException why) {
        cannotGoOn(new RemovedFromClusterException(options.member(), why));
    }

    private void cannotGoOn(CannotRunException why) {
        failure.compareAndSet(null, why);
        stop.raise();
    }

    @Override
    public void close() {
        server.close();
        node.close();
        disk.close();
        release();
    }
}
