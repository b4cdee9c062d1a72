package dev.rafthttp.demo.kv;

import dev.rafthttp.ClusterId;
import dev.rafthttp.MemberId;
import dev.rafthttp.RaftCallback;
import dev.rafthttp.TransportConfig;
import dev.rafthttp.demo.store.MemberDisk;
import dev.rafthttp.demo.store.MemoryDisk;
import io.microraft.model.impl.DefaultRaftModelFactory;
import java.net.URI;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.stream.LongStream;

/**
 * The members of one store in one process, on free loopback ports. Members come and go; their addresses and disks stay.
 *
 * <p>Starting, killing, counting and closing belong to one thread; the rest is thread-safe.
 */
public final class KvCluster implements AutoCloseable {
    /** Any ID but 0 is right, because there is no other cluster. */
    private static final ClusterId CLUSTER = new ClusterId(0xdeb0);

    private static final String LOOPBACK = "127.0.0.1";

    private final RaftGroup group;
    private final SortedMap<MemberId, URI> peerUrls;
    private final TransportFactory transports;
    private final Random random;
    private final Map<MemberId, MemberDisk> disks = new HashMap<>();
    private final SortedMap<MemberId, KvNode> running = new ConcurrentSkipListMap<>();
    private final SortedMap<MemberId, URI> kvUrls;
    private final Map<MemberId, KvServer> kvServers = new HashMap<>();
    private int installsOfTheKilled;

    /**
     * @param size how many members; their names are 1, 2, 3…
     * @param seed decides how elections are spread
     * @param servingKeys whether each member also serves its keys over HTTP
     */
    public KvCluster(int size, TransportFactory transports, long seed, boolean servingKeys) {
        List<MemberId> members =
                LongStream.rangeClosed(1, size).mapToObj(MemberId::new).toList();
        List<Integer> ports = FreePorts.take(2 * size);
        this.group = RaftGroup.of(CLUSTER, members);
        this.peerUrls = urls(members, ports.subList(0, size));
        this.kvUrls = servingKeys ? urls(members, ports.subList(size, 2 * size)) : Collections.emptySortedMap();
        this.transports = transports;
        this.random = new Random(seed);
        members.forEach(id -> disks.put(id, new MemoryDisk(new DefaultRaftModelFactory())));
    }

    private static SortedMap<MemberId, URI> urls(List<MemberId> members, List<Integer> ports) {
        SortedMap<MemberId, URI> urls = new TreeMap<>();
        for (int i = 0; i < members.size(); i++) {
            urls.put(members.get(i), URI.create("http://" + LOOPBACK + ":" + ports.get(i)));
        }
        return urls;
    }

    /** Where the members' transports listen. */
    public SortedMap<MemberId, URI> peerUrls() {
        return Collections.unmodifiableSortedMap(peerUrls);
    }

    /** Where members serve their keys; empty if they do not. */
    public SortedMap<MemberId, URI> kvUrls() {
        return Collections.unmodifiableSortedMap(kvUrls);
    }

    /** Starts every member. */
    public void start() {
        group.members().forEach(this::startMember);
    }

    /** The members that run, by ID. */
    public Collection<KvNode> running() {
        return running.values();
    }

    /** The member that leads, as far as is known: of several that believe so, the member with the highest term. */
    public Optional<KvNode> leader() {
        return running.values().stream().filter(KvNode::isLeader).max(Comparator.comparingInt(KvNode::term));
    }

    /** Kills a running member while clients use it. Its disk stays. */
    public void kill(MemberId id) {
        KvNode node = running.get(id);
        if (node == null) {
            throw new IllegalArgumentException("member " + id + " does not run");
        }
        node.close();
        stopServing(id);
        running.remove(id);
        installsOfTheKilled += node.snapshotInstalls();
    }

    /** Starts a killed member again, on its disk and at its address. */
    public KvNode bringBack(MemberId id) {
        if (running.containsKey(id)) {
            throw new IllegalArgumentException("member " + id + " runs");
        }
        return startMember(id);
    }

    /** How many snapshots members have received from each other. */
    public int snapshotInstalls() {
        return installsOfTheKilled
                + running.values().stream().mapToInt(KvNode::snapshotInstalls).sum();
    }

    @Override
    public void close() {
        running.values().forEach(KvNode::close);
        running.keySet().forEach(this::stopServing);
        running.clear();
    }

    private KvNode startMember(MemberId id) {
        KvNode node = new KvNode(
                group,
                id,
                disk(id),
                callback -> link(id, callback),
                // No member is removed here.
                removed -> {},
                new Random(random.nextLong()));
        node.start();
        running.put(id, node);
        URI kvUrl = kvUrls.get(id);
        if (kvUrl != null) {
            KvServer server = new KvServer(node, id.toString(), kvUrl, kvUrls);
            kvServers.put(id, server);
            server.start();
        }
        return node;
    }

    private PeerLink link(MemberId id, RaftCallback callback) {
        SortedMap<MemberId, URI> others = new TreeMap<>(peerUrls);
        URI own = Objects.requireNonNull(others.remove(id));
        TransportConfig config =
                TransportConfig.builder(id, CLUSTER).peerUrls(List.of(own)).build();
        return new TransportLink(transports.create(config, callback, own.getPort()), others);
    }

    private void stopServing(MemberId id) {
        KvServer server = kvServers.remove(id);
        if (server != null) {
            server.close();
        }
    }

    private MemberDisk disk(MemberId id) {
        MemberDisk disk = disks.get(id);
        if (disk == null) {
            throw new IllegalArgumentException("member " + id + " is not one of " + disks.keySet());
        }
        return disk;
    }
}
