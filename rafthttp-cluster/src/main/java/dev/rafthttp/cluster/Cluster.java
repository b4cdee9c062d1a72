package dev.rafthttp.cluster;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A running cluster of three members, started from a compose file, and removed with all its data when it is closed. Belongs to
 * one thread; the members' stores are for any.
 */
final class Cluster implements AutoCloseable {
    private static final List<String> NAMES = List.of("a", "b", "c");

    /** How many members. */
    static final int SIZE = NAMES.size();

    /** For a start from nothing; images are there by then. */
    private static final Duration START_PATIENCE = Duration.ofSeconds(60);

    private final Kind kind;
    private final Docker docker = new Docker();
    private final Compose compose;
    private final List<Member> members = new ArrayList<>();

    /**
     * Nothing runs yet.
     *
     * @param folder of the compose files
     */
    Cluster(Kind kind, Path folder) {
        this.kind = kind;
        this.compose = new Compose(folder.resolve(kind.file()), "rafthttp-test-" + kind.label());
    }

    /**
     * Starts it, and waits until it is healthy.
     *
     * @throws Await.TimedOutException if it does not become so
     */
    void start() throws Await.TimedOutException, InterruptedException {
        compose.up();
        Http http = new Http();
        for (String name : NAMES) {
            members.add(new Member(
                    name,
                    compose.container(kind.node(name)),
                    compose.container(kind.sidecar(name)),
                    kind.sidecar(name),
                    kind.store(http, members.size())));
        }
        awaitHealthy("start", START_PATIENCE);
    }

    Docker docker() {
        return docker;
    }

    List<Member> members() {
        return List.copyOf(members);
    }

    /** The network between the sidecars, or relays. */
    String peers() {
        return compose.network("peers");
    }

    /** The member that leads; waits for one. */
    Member leader() throws Await.TimedOutException, InterruptedException {
        List<Member> leaders = new ArrayList<>();
        Await.until("leader", START_PATIENCE, () -> {
            for (Member member : members) {
                if (member.store().isLeader()) {
                    leaders.add(member);
                }
            }
            return !leaders.isEmpty();
        });
        return leaders.get(leaders.size() - 1);
    }

    /**
     * Waits until a write through every member is acknowledged, and every member has all of these in its own copy.
     *
     * @param occasion distinguishes the keys that are written for this
     * @return how long that took
     */
    Duration awaitHealthy(String occasion, Duration patience) throws Await.TimedOutException, InterruptedException {
        long start = System.nanoTime();
        for (Member through : members) {
            String key = "probe-" + occasion + "-" + through;
            Await.until("write through member " + through, patience, () -> {
                through.store().put(key, occasion);
                return true;
            });
            for (Member at : members) {
                Await.until(
                        "write through member " + through + " at member " + at,
                        patience,
                        () -> at.store().get(key).isPresent());
            }
        }
        return Duration.ofNanos(System.nanoTime() - start);
    }

    /** What all members have, as soon as they have the same; empty if they do not come to agree. */
    Optional<Replica> awaitEqualReplicas(Duration patience) throws InterruptedException {
        Set<Replica> replicas = new HashSet<>();
        try {
            Await.until("equal replicas", patience, () -> {
                replicas.clear();
                for (Member member : members) {
                    replicas.add(member.store().replica());
                }
                return replicas.size() == 1;
            });
            return Optional.of(replicas.iterator().next());
        } catch (Await.TimedOutException different) {
            return Optional.empty();
        }
    }

    /** Writes what the containers have said into a file. */
    void saveLogs(Path log) {
        compose.saveLogs(log);
    }

    @Override
    public void close() {
        compose.close();
    }

    @Override
    public String toString() {
        return compose.toString();
    }
}
