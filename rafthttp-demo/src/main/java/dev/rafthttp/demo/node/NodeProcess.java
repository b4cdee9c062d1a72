package dev.rafthttp.demo.node;

import dev.rafthttp.RaftCallback;
import dev.rafthttp.RemovedMemberException;
import dev.rafthttp.demo.command.StopSignal;
import dev.rafthttp.demo.kv.KvNode;
import dev.rafthttp.demo.kv.KvOperations;
import dev.rafthttp.demo.kv.KvServer;
import dev.rafthttp.demo.kv.PeerLink;
import dev.rafthttp.demo.store.SqliteDisk;
import dev.rafthttp.options.CannotRunException;
import dev.rafthttp.options.Folders;
import dev.rafthttp.options.MemberOptions;
import dev.rafthttp.sidecarclient.SidecarClient;
import dev.rafthttp.sidecarclient.WrongSidecarException;
import io.microraft.model.RaftModelFactory;
import io.microraft.model.impl.DefaultRaftModelFactory;
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
    private final Folders folders;
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
        folders = new Folders("the node of member " + options.member());
        disk = disk(models);
        try {
            node = new KvNode(options.group(), options.member(), disk, this::link, this::removed, new SecureRandom());
        } catch (UncheckedIOException unreadable) {
            disk.close();
            folders.close();
            throw new CannotRunException(String.valueOf(unreadable.getCause()), unreadable);
        }
        server = new KvServer(node, options.name(), options.listenKv(), options.kvUrls());
    }

    private SqliteDisk disk(RaftModelFactory models) {
        try {
            return SqliteDisk.open(
                    folders.take(NodeFlags.DATA_DIR, options.dataDir()),
                    options.group().id(),
                    options.member(),
                    models,
                    new KvOperations(),
                    this::cannotGoOn);
        } catch (CannotRunException e) {
            folders.close();
            throw e;
        }
    }

    /**
     * Takes part. The sidecar may start later. The port is taken first: if another process has it, that is most often this member, and
     * this process would take the sidecar away from it.
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

    /** Why the member cannot go on; empty if it can. */
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
                wrong.getMessage() + "; are " + MemberOptions.NAME + ", " + MemberOptions.INITIAL_CLUSTER + " and "
                        + MemberOptions.TOKEN + " the sidecar's?",
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
        folders.close();
    }
}
