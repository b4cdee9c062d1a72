package dev.rafthttp.demo.kv;

import static org.awaitility.Awaitility.await;

import dev.rafthttp.ClusterId;
import dev.rafthttp.MemberId;
import dev.rafthttp.RaftCallback;
import dev.rafthttp.demo.store.MemberDisk;
import dev.rafthttp.demo.store.MemoryDisk;
import dev.rafthttp.microraft.MemberEndpoint;
import dev.rafthttp.raftpb.Message;
import dev.rafthttp.raftpb.MessageType;
import io.microraft.RaftEndpoint;
import io.microraft.model.RaftModelFactory;
import io.microraft.model.impl.DefaultRaftModelFactory;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.Test;

/** One member of three; the test is the others. */
class ElectionWatchTest {
    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final MemberId ONE = new MemberId(1);
    private static final MemberId LEADER = new MemberId(2);
    private static final RaftGroup GROUP = RaftGroup.of(new ClusterId(1), List.of(ONE, LEADER, new MemberId(3)));
    private static final int TERM = 7;

    private final RaftModelFactory models = new DefaultRaftModelFactory();
    private final Queue<MessageType> sent = new ConcurrentLinkedQueue<>();
    private final CompletableFuture<RaftCallback> callback = new CompletableFuture<>();

    @Test
    void shouldElectAnewWhenALeaderOfItsTermFellSilentAfterAPreVoteHadBegun() throws Exception {
        try (KvNode node = new KvNode(GROUP, ONE, diskOfTerm(), this::link, removed -> {}, new Random(1))) {
            node.start();
            await().atMost(LIMIT).until(() -> sent.contains(MessageType.MsgPreVote));
            callback.join()
                    .process(Message.newBuilder()
                            .setType(MessageType.MsgHeartbeat)
                            .setTerm(TERM)
                            .setFrom(LEADER.value())
                            .setTo(ONE.value())
                            .build());
            await().atMost(LIMIT)
                    .until(() -> node.leader().filter(LEADER::equals).isPresent());
            sent.clear();

            await().atMost(LIMIT).until(() -> sent.contains(MessageType.MsgPreVote));
        }
    }

    private MemberDisk diskOfTerm() {
        MemoryDisk disk = new MemoryDisk(models);
        List<RaftEndpoint> members = GROUP.endpoints();
        disk.persistAndFlushLocalEndpoint(models.createRaftEndpointPersistentStateBuilder()
                .setLocalEndpoint(new MemberEndpoint(ONE))
                .setVoting(true)
                .build());
        disk.persistAndFlushInitialGroupMembers(models.createRaftGroupMembersViewBuilder()
                .setLogIndex(0)
                .setMembers(members)
                .setVotingMembers(members)
                .build());
        disk.persistAndFlushTerm(models.createRaftTermPersistentStateBuilder()
                .setTerm(TERM)
                .setVotedFor(null)
                .build());
        return disk;
    }

    private PeerLink link(RaftCallback raft) {
        callback.complete(raft);
        return new PeerLink() {
            @Override
            public void start() {}

            @Override
            public void send(Message message) {
                sent.add(message.getType());
            }

            @Override
            public boolean isConnected() {
                return true;
            }

            @Override
            public boolean isReachable(MemberId peer) {
                return true;
            }

            @Override
            public void close() {}
        };
    }
}
