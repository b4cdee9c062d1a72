package dev.rafthttp.demo.failover;

import dev.rafthttp.MemberId;
import dev.rafthttp.demo.command.StopSignal;
import dev.rafthttp.demo.command.StopSignal.StoppedException;
import dev.rafthttp.demo.kv.KvCluster;
import dev.rafthttp.demo.kv.KvNode;
import dev.rafthttp.demo.kv.KvServer;
import dev.rafthttp.demo.kv.KvStore;
import dev.rafthttp.demo.kv.Replica;
import dev.rafthttp.demo.kv.TransportFactory;
import dev.rafthttp.demo.load.WriteLoad;
import dev.rafthttp.demo.load.WriteStats;
import java.io.PrintStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.BooleanSupplier;

/**
 * One run: members start and elect a leader, writers write, the leader is killed and comes back, and at the end the replicas
 * are compared with each other and with what was acknowledged.
 */
final class Demo {
    /** When to kill the leader: late enough that there are writes to lose. */
    private static final double KILL_AFTER = 0.3;

    private final DemoOptions options;
    private final TransportFactory transports;
    private final PrintStream out;
    private final StopSignal stop;
    private final Duration patience;
    private final WriteStats stats = new WriteStats();

    /**
     * @param out where progress and summary are printed
     * @param stop ends the run early
     * @param patience how long to wait for a leader, a snapshot and equal replicas, which takes a moment if all is well. After this
     *     time the run has failed, and says so
     */
    Demo(DemoOptions options, TransportFactory transports, PrintStream out, StopSignal stop, Duration patience) {
        this.options = options;
        this.transports = transports;
        this.out = out;
        this.stop = stop;
        this.patience = patience;
    }

    /**
     * Runs it.
     *
     * @return the exit status: 0, also if the user stopped it; 1 if replicas differ, an acknowledged write is lost, or the
     *     store stood still
     */
    int run() {
        ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(task -> {
            Thread thread = new Thread(task, "demo-timer");
            thread.setDaemon(true);
            return thread;
        });
        try (KvCluster cluster = new KvCluster(options.members(), transports, options.seed(), options.keep())) {
            return run(cluster, timer);
        } catch (StoppedException stopped) {
            out.println("stopped before the replicas were compared");
            return 0;
        } catch (StandstillException standstill) {
            out.println("PROBLEM: " + standstill.getMessage());
            return 1;
        } finally {
            timer.shutdownNow();
            out.flush();
        }
    }

    private int run(KvCluster cluster, ScheduledExecutorService timer) throws StoppedException, StandstillException {
        cluster.start();
        cluster.peerUrls().forEach((id, url) -> out.println("member " + id + " at " + url));
        cluster.kvUrls()
                .forEach(
                        (id, url) -> out.println("keys of member " + id + " at " + url + KvServer.KEYS_PATH + "{key}"));
        out.println(options.writers() + " writers, " + options.duration().toSeconds() + " s, seed " + options.seed());
        leader(cluster);

        WriteLoad load = new WriteLoad(
                options.writers(), () -> cluster.leader().map(KvStore.class::cast), stats, timer, options.seed());
        long start = System.nanoTime();
        Progress progress = new Progress(cluster, stats, out, start);
        progress.start(timer);
        load.start();
        stop.awaitTime(start + (long) (options.duration().toNanos() * KILL_AFTER));
        Duration failoverPause = failOver(cluster, progress);
        stop.awaitTime(start + options.duration().toNanos());
        load.stop();
        stop.await(load::isDone, patience);
        Duration elapsed = Duration.ofNanos(System.nanoTime() - start);
        progress.stop();

        Summary summary = summarize(cluster, load, elapsed, failoverPause);
        summary.print(out);
        if (options.keep()) {
            out.println("the members keep running; Ctrl-C ends them");
            out.flush();
            stop.await();
        }
        return summary.exitStatus();
    }

    /** Kills the leader, and brings it back once the others have forgotten what it lacks, so that it needs a snapshot. */
    private Duration failOver(KvCluster cluster, Progress progress) throws StoppedException, StandstillException {
        KvNode victim = leader(cluster);
        MemberId id = victim.id();
        long killed = System.nanoTime();
        cluster.kill(id);
        stats.leaderKilled();
        progress.note("member " + id + ", the leader, is killed");
        await("no write was acknowledged after the leader was killed", stats.firstAfterFailover()::isDone);
        Duration pause = Duration.ofNanos(stats.firstAfterFailover().join() - killed);
        progress.note("member " + leader(cluster).id() + " leads");

        // MicroRaft keeps a tenth of the entries between two snapshots, for followers that are a little behind.
        long forgotten = victim.appliedIndex() + KvNode.SNAPSHOT_EVERY / 5;
        await(
                "no snapshot was taken",
                () -> cluster.leader()
                        .filter(leader -> leader.snapshotIndex() > forgotten)
                        .isPresent());
        KvNode returned = cluster.bringBack(id);
        progress.note("member " + id + " is back, at index " + returned.appliedIndex());
        await("member " + id + " was not given a snapshot", () -> returned.snapshotInstalls() > 0);
        progress.note("member " + id + " has installed a snapshot");
        return pause;
    }

    private Summary summarize(KvCluster cluster, WriteLoad load, Duration elapsed, Duration failoverPause)
            throws StoppedException {
        List<String> problems = new ArrayList<>(load.failures());
        stop.await(() -> isLevel(cluster), patience);
        List<Replica> replicas = cluster.running().stream().map(KvNode::replica).toList();
        problems.addAll(Replica.differences(replicas));
        problems.addAll(stats.violations());
        if (load.isDone()) {
            problems.addAll(load.missingFrom(replicas.get(0).entries()));
        }
        return new Summary(
                stats.acknowledgedCount(),
                elapsed,
                stats.latencies(),
                stats.retryCount(),
                failoverPause,
                cluster.snapshotInstalls(),
                replicas,
                problems);
    }

    /** Whether every member has applied as much as the leader. */
    private static boolean isLevel(KvCluster cluster) {
        Optional<KvNode> leader = cluster.leader();
        return leader.isPresent()
                && cluster.running().stream()
                        .allMatch(node -> node.appliedIndex() == leader.get().appliedIndex());
    }

    private KvNode leader(KvCluster cluster) throws StoppedException, StandstillException {
        Optional<KvNode> leader = cluster.leader();
        while (leader.isEmpty()) {
            await("no leader was elected", () -> cluster.leader().isPresent());
            leader = cluster.leader();
        }
        return leader.get();
    }

    private void await(String otherwise, BooleanSupplier condition) throws StoppedException, StandstillException {
        if (!stop.await(condition, patience)) {
            throw new StandstillException(otherwise + " within " + patience.toSeconds() + " s");
        }
    }

    /** The store has stood still. */
    private static final class StandstillException extends Exception {
        StandstillException(String message) {
            super(message);
        }
    }
}
