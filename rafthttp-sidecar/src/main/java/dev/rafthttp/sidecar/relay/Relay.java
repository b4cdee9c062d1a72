package dev.rafthttp.sidecar.relay;

import dev.rafthttp.options.CannotRunException;
import dev.rafthttp.options.Folders;
import dev.rafthttp.options.LogNames;
import dev.rafthttp.options.ServiceCommand;
import dev.rafthttp.options.StateOptions;
import dev.rafthttp.sidecar.events.EventLog;
import dev.rafthttp.sidecar.events.EventsApi;
import dev.rafthttp.sidecar.http.ApiServer;
import dev.rafthttp.sidecar.http.Json;
import dev.rafthttp.sidecar.relay.standin.StandIn;
import dev.rafthttp.sidecar.relay.standin.StandIns;
import dev.rafthttp.sidecar.relay.standin.Traffic;
import dev.rafthttp.sidecar.state.StateFileException;
import java.time.Duration;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A running relay: stand-ins, membership, and the API. Started once, by one thread, which also closes it. */
final class Relay implements ServiceCommand.Service {
    private static final Logger LOG = LoggerFactory.getLogger(Relay.class);

    /** Selectors and acceptors of a dozen fronts, and threads that handle requests. No thread waits for a member. */
    private static final int MAX_THREADS = 400;

    private final RelayOptions options;
    private final Folders folders;
    private final QueuedThreadPool threads = new QueuedThreadPool(MAX_THREADS);
    private final Traffic traffic = new Traffic();
    private final EventLog log = new EventLog();
    private final EventsApi events = new EventsApi(log);
    private final StandIns standIns;
    private final Membership membership;
    private final ApiServer api;

    /**
     * @param names gets what members are called
     * @throws StateFileException if there is a file of members that cannot be read
     * @throws dev.rafthttp.options.CannotRunException if its folder is another's, or cannot be made or written
     */
    Relay(LogNames names, RelayOptions options) {
        this.options = options;
        folders = new Folders("the relay of cluster " + options.topology().cluster());
        threads.setName("relay");
        threads.setDaemon(true);
        standIns = new StandIns(options.topology(), traffic, log, threads, options.shutdownGrace(), options.limits());
        membership = read(names);
        api = new ApiServer(
                options.listenNode(),
                options.token(),
                new RelayApi(
                        options.topology(),
                        membership,
                        new RelayStatus(options.topology(), membership, standIns, traffic, log.run()),
                        events,
                        traffic.tap(),
                        Json.version(StandIn.config(
                                options.members().get(0),
                                options.topology(),
                                options.shutdownGrace(),
                                options.limits()))));
    }

    private Membership read(LogNames names) {
        try {
            return new Membership(
                    names,
                    options,
                    MemberDocument.file(folders.take(StateOptions.STATE_DIR, options.stateDir()), options.topology()),
                    standIns);
        } catch (CannotRunException e) {
            folders.close();
            standIns.close();
            throw e;
        }
    }

    /**
     * Listens everywhere before it dials. If another process has its ports, that is most often the same relay.
     *
     * @throws dev.rafthttp.sidecar.http.CannotListenException if a URL cannot be bound
     */
    @Override
    public void start() {
        api.bind();
        try {
            threads.start();
        } catch (Exception e) {
            throw new IllegalStateException("the relay's threads cannot be started", e);
        }
        membership.start();
        api.start();
        LOG.info(
                "relay of cluster {} {}, members {}, API at {}",
                options.topology().cluster(),
                options.topology()
                        .local()
                        .map(local -> "beside member " + local)
                        .orElse("in front of all members"),
                membership.all(),
                options.listenNode());
    }

    @Override
    public Duration grace() {
        return options.shutdownGrace();
    }

    Membership membership() {
        return membership;
    }

    Traffic traffic() {
        return traffic;
    }

    @Override
    public void close() {
        // Before the stand-ins: their end would be an event for every lane.
        events.close();
        traffic.tap().close();
        api.close();
        standIns.close();
        try {
            threads.stop();
        } catch (Exception e) {
            LOG.warn("the relay's threads did not end cleanly", e);
        }
        folders.close();
    }
}
