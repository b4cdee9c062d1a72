package dev.rafthttp.sidecar.member;

import dev.rafthttp.FileSnapshotStore;
import dev.rafthttp.TransportConfig;
import dev.rafthttp.UrlHost;
import dev.rafthttp.options.CannotRunException;
import dev.rafthttp.options.Folders;
import dev.rafthttp.options.ServiceCommand;
import dev.rafthttp.options.StateOptions;
import dev.rafthttp.sidecar.events.EventLog;
import dev.rafthttp.sidecar.events.EventsApi;
import dev.rafthttp.sidecar.events.NodeEvents;
import dev.rafthttp.sidecar.http.ApiServer;
import dev.rafthttp.sidecar.http.Json;
import dev.rafthttp.sidecar.messages.CallbackPoster;
import dev.rafthttp.sidecar.messages.NodeInbox;
import dev.rafthttp.sidecar.messages.NodeLink;
import dev.rafthttp.sidecar.messages.Outgoing;
import dev.rafthttp.sidecar.messages.Readers;
import dev.rafthttp.sidecar.peers.Peers;
import dev.rafthttp.sidecar.peers.PeersApi;
import dev.rafthttp.sidecar.peers.RemovedMembers;
import dev.rafthttp.sidecar.snapshots.ReceivedDatabases;
import dev.rafthttp.sidecar.snapshots.SnapshotsApi;
import dev.rafthttp.sidecar.status.NodeStatus;
import dev.rafthttp.sidecar.tap.Tap;
import dev.rafthttp.transport.JettyRaftTransport;
import java.io.UncheckedIOException;
import java.net.URI;
import java.time.Duration;
import java.util.function.Supplier;
import org.eclipse.jetty.server.Handler;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A running sidecar: a transport on one side, the node on the other. Started once, by one thread, which also closes it. */
final class Sidecar implements ServiceCommand.Service {
    private static final Logger LOG = LoggerFactory.getLogger(Sidecar.class);

    private final SidecarOptions options;
    private final Folders folders;
    private final NodeInbox inbox;
    private final RemovedMembers removed = new RemovedMembers();
    private final Tap tap = new Tap();
    private final EventsApi events;
    private final ReceivedDatabases databases;
    private final Peers peers;
    private final JettyRaftTransport transport;
    private final Outgoing outgoing;
    private final NodeLink link;
    private final ApiServer api;
    private final Drain drain;

    /**
     * @throws dev.rafthttp.sidecar.state.StateFileException if there is a file of peers that cannot be read
     * @throws CannotRunException if a folder is another's, or cannot be made or written
     */
    Sidecar(SidecarOptions options) {
        this.options = options;
        inbox = new NodeInbox(options.limits().queueBytes());
        folders = new Folders("the sidecar of member " + options.member());
        EventLog log = new EventLog();
        NodeEvents told = new NodeEvents(log, options.member(), options.names());
        events = new EventsApi(log);
        NodeCallback node = new NodeCallback(inbox, removed, told, tap);
        databases = new ReceivedDatabases(
                orReleased(() -> new FileSnapshotStore(folders.take(SidecarFlags.SNAPSHOT_DIR, options.snapshotDir()))),
                node);
        TransportConfig config = orReleased(() -> config(options));
        transport = orReleased(() -> transport(config, node));
        peers = orReleased(() -> new Peers(
                transport,
                options.member(),
                options.cluster(),
                options.dialect(),
                removed,
                options.peers(),
                folders.take(StateOptions.STATE_DIR, options.stateDir())));
        outgoing = new Outgoing(
                options.member(),
                peers,
                transport.streams(),
                told,
                tap,
                options.limits().receiveBytes());
        link = options.callback()
                .<NodeLink>map(url -> new CallbackPoster(url, inbox))
                .orElseGet(() -> new Readers(inbox));
        SnapshotsApi snapshots = new SnapshotsApi(transport, outgoing, told, databases);
        drain = new Drain(transport, inbox, link, snapshots);
        Handler handler = new NodeApi(
                outgoing,
                link,
                new PeersApi(peers, options.dialect()),
                new NodeStatus(transport, inbox, link, outgoing, log, options.names()),
                events,
                snapshots,
                tap,
                Json.version(config));
        api = new ApiServer(options.listenNode(), options.token(), handler);
    }

    private static TransportConfig config(SidecarOptions options) {
        TransportConfig.Builder config = TransportConfig.builder(options.member(), options.cluster())
                .peerUrls(options.advertised())
                .peerDialect(options.dialect())
                .serverVersion(options.version())
                .limits(options.limits())
                .closeTimeout(options.grace());
        options.tls().ifPresent(config::tls);
        return config.build();
    }

    private JettyRaftTransport transport(TransportConfig config, NodeCallback node) {
        JettyRaftTransport.Builder builder = JettyRaftTransport.builder(config, node)
                .metrics(node.metrics())
                .snapshotReceiver(databases)
                .receiveBytes(options.limits().receiveBytes());
        for (URI url : options.listenPeers()) {
            UrlHost host = UrlHost.of(url);
            builder.listen(host.name(), host.port());
        }
        return builder.build();
    }

    /**
     * Listens everywhere before it dials. If another process has this member's ports, that is most often another sidecar of this
     * member, and a dial would replace its streams.
     *
     * @throws CannotRunException if a URL cannot be bound
     */
    @Override
    public void start() {
        api.bind();
        orCannotRun(() -> {
            transport.start();
            return transport;
        });
        link.start();
        api.start();
        LOG.info(
                "sidecar of member {} in cluster {}, peers {}, for its node at {}",
                options.names().shown(options.member()),
                options.cluster(),
                peers.all().stream()
                        .map(peer -> options.names().shown(peer.id()))
                        .toList(),
                options.listenNode());
    }

    /** Releases the folders if the sidecar cannot run. */
    private <T> T orReleased(Supplier<T> step) {
        try {
            return orCannotRun(step);
        } catch (RuntimeException e) {
            folders.close();
            throw e;
        }
    }

    private static <T> T orCannotRun(Supplier<T> step) {
        try {
            return step.get();
        } catch (UncheckedIOException e) {
            throw new CannotRunException(String.valueOf(e.getMessage()), e);
        }
    }

    @Override
    public Duration grace() {
        return options.grace();
    }

    NodeInbox inbox() {
        return inbox;
    }

    /** Waits, for the grace at most, until messages and snapshots under way have arrived in both directions; then closes everything. */
    @Override
    public void close() {
        outgoing.close();
        drain.await(options.grace());
        inbox.close();
        link.close();
        // Before the transport: its end would be an event for every peer.
        events.close();
        transport.close();
        tap.close();
        api.close();
        folders.close();
    }
}
