package dev.rafthttp.sidecar.relay.standin;

import dev.rafthttp.HeapLimits;
import dev.rafthttp.MemberId;
import dev.rafthttp.RaftCallback;
import dev.rafthttp.RemovedMemberException;
import dev.rafthttp.SnapshotStatus;
import dev.rafthttp.codec.MemoryBudget;
import dev.rafthttp.raftpb.Message;
import dev.rafthttp.runtime.LogLimiter;
import dev.rafthttp.sidecar.events.EventLog;
import dev.rafthttp.sidecar.http.CannotListenException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * All stand-ins, and the one rule between them: <em>a message that A sent leaves by the transport that stands for A</em>.
 *
 * <p>Changes are made under the lock of this object; messages pass without it.
 */
public final class StandIns implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(StandIns.class);

    private final Topology topology;
    private final Traffic traffic;
    private final QueuedThreadPool threads;

    /** One for all, since they share a heap. */
    private final MemoryBudget received;

    private final HeapLimits limits;

    /** A name of this run, among all relays and all their runs. */
    private final String relay = "rafthttp-" + UUID.randomUUID();

    private final Duration grace;
    private final Map<MemberId, StandIn> standIns = new ConcurrentSkipListMap<>();
    private final RelayEvents events;
    private final Couplings couplings;
    private final ScheduledExecutorService timer;
    private final Map<MemberId, Removal> removed = new ConcurrentSkipListMap<>();

    /**
     * @param log gets the events
     * @param grace how long closing may take
     * @param limits of what messages may take; one share of the heap is for all stand-ins
     */
    public StandIns(
            Topology topology,
            Traffic traffic,
            EventLog log,
            QueuedThreadPool threads,
            Duration grace,
            HeapLimits limits) {
        this.topology = topology;
        this.traffic = traffic;
        this.threads = threads;
        this.grace = grace;
        this.limits = limits;
        this.received = new MemoryBudget(limits.receiveBytes());
        this.timer = Executors.newSingleThreadScheduledExecutor(StandIns::timerThread);
        this.events = new RelayEvents(log, topology, (task, millis) -> schedule(Duration.ofMillis(millis), task));
        this.couplings = new Couplings(
                topology,
                id -> Optional.ofNullable(standIns.get(id)).map(StandIn::streams),
                (pause, task) -> schedule(pause, task),
                events);
    }

    private static Thread timerThread(Runnable task) {
        Thread thread = new Thread(task, "relay-timer");
        thread.setDaemon(true);
        return thread;
    }

    private void schedule(Duration pause, Runnable task) {
        try {
            timer.schedule(task, pause.toMillis(), TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException closed) {
            LOG.trace("nothing is dialled while the relay closes", closed);
        }
    }

    /**
     * Starts with the members there are.
     *
     * @throws CannotListenException if a URL cannot be bound; as after any other exception or error, nothing runs then
     */
    public synchronized void start(Collection<RelayMember> members) {
        try {
            for (RelayMember member : members) {
                create(member).bind();
            }
            for (StandIn standIn : standIns.values()) {
                members.forEach(standIn::meet);
                standIn.start();
            }
        } catch (Throwable e) {
            close();
            throw e;
        }
    }

    private StandIn create(RelayMember member) {
        traffic.know(member.id());
        StandIn standIn = new StandIn(
                member,
                topology,
                traffic,
                new Crossing(member.id()),
                couplings,
                events,
                threads,
                relay,
                grace,
                limits,
                received);
        standIns.put(member.id(), standIn);
        return standIn;
    }

    /**
     * Adds a member, or moves it, without disturbing the others.
     *
     * @throws CannotListenException if a front cannot be bound; nothing has changed then
     */
    public synchronized void put(RelayMember member) {
        StandIn standIn = standIns.get(member.id());
        if (standIn == null) {
            add(member);
        } else {
            standIn.update(member);
        }
        removed.remove(member.id());
        for (StandIn other : standIns.values()) {
            other.meet(member);
        }
        events.memberPut(member, standIn == null);
        LOG.info("member {} ({}) is at {}, next hop {}", member.id(), member.name(), member.fronts(), member.nextHop());
    }

    private void add(RelayMember member) {
        StandIn standIn = create(member);
        try {
            standIn.bind();
            standIns.values().forEach(other -> standIn.meet(other.member()));
            standIn.start();
        } catch (Throwable e) {
            standIns.remove(member.id());
            standIn.close();
            throw e;
        }
    }

    /** Removes a member: it has no stand-in from now on, and is told that it has been removed. */
    public synchronized void remove(MemberId member) {
        hold(Removal.byApi(member));
        for (StandIn other : standIns.values()) {
            other.forget(member);
        }
        StandIn standIn = standIns.remove(member);
        couplings.forget(member);
        if (standIn != null) {
            standIn.close();
            LOG.info("member {} ({}) has been removed", member, standIn.member().name());
        }
    }

    private void hold(Removal removal) {
        if (removed.putIfAbsent(removal.member(), removal) == null) {
            events.memberRemoved(removal);
        }
    }

    /** Each member's, in the order of their IDs. */
    public List<StandIn> all() {
        return new ArrayList<>(standIns.values());
    }

    /** The members that are treated as removed, in the order of their IDs. */
    public List<Removal> removed() {
        return new ArrayList<>(removed.values());
    }

    /** Closes them all at the same time, so that together they take no longer than one. */
    @Override
    public synchronized void close() {
        timer.shutdownNow();
        List<Thread> closing = new ArrayList<>();
        standIns.forEach((id, standIn) -> {
            Thread thread = new Thread(standIn::close, "relay-" + id + "-close");
            thread.setDaemon(true);
            thread.start();
            closing.add(thread);
        });
        try {
            for (Thread thread : closing) {
                thread.join(grace.toMillis());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        standIns.clear();
    }

    /** Where the streams of one stand-in end and those of the next begin. */
    private final class Crossing implements RaftCallback {
        private final MemberId standsFor;
        private final LogLimiter snapshots = new LogLimiter(System::nanoTime);

        Crossing(MemberId standsFor) {
            this.standsFor = standsFor;
        }

        @Override
        public CompletionStage<Void> process(Message message) {
            return process(message, new MemberId(message.getFrom()));
        }

        /** The sender may hand on what is from a member for which nothing here talks to the addressee. */
        @Override
        public CompletionStage<Void> process(Message message, MemberId sender) {
            traffic.tap().saw(message);
            StandIn standIn = standIns.get(sender);
            if (standIn != null) {
                return standIn.send(message);
            }
            traffic.of(sender, standsFor).dropped(message.getType(), "no_stand_in");
            return TAKEN;
        }

        @Override
        public boolean isIdRemoved(MemberId id) {
            return removed.containsKey(id);
        }

        @Override
        public void reportUnreachable(MemberId id) {
            LOG.debug("member {} is out of reach of member {}'s stand-in", id, standsFor);
        }

        @Override
        public void reportSnapshot(MemberId id, SnapshotStatus status) {
            long suppressed = snapshots.acquire();
            if (suppressed >= 0) {
                LOG.info(
                        "sending a snapshot from member {} to member {} ended: {}; {} more since the last such line",
                        standsFor,
                        id,
                        status,
                        suppressed);
            }
        }

        @Override
        public void reportRemoved(RemovedMemberException cause) {
            // The member itself is told when it dials the next time.
            LOG.warn(
                    "member {} has been removed from its cluster, as another member says, and is refused until it is put"
                            + " again: {}",
                    standsFor,
                    cause.getMessage());
            hold(Removal.told(standsFor, cause));
            couplings.refuse(standsFor, cause);
        }
    }
}
