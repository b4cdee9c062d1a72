package dev.rafthttp.demo.kv;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.rafthttp.Dialect;
import dev.rafthttp.MemberId;
import dev.rafthttp.RaftCallback;
import dev.rafthttp.RaftTransport;
import dev.rafthttp.SnapshotStatus;
import dev.rafthttp.TransportConfig;
import dev.rafthttp.TransportStatus;
import dev.rafthttp.raftpb.Message;
import dev.rafthttp.raftpb.MessageType;
import java.io.InputStream;
import java.net.URI;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Transports that reach each other within the process, as bytes. Each link, from one member to another, has a thread that
 * delivers in the order of sending. A transport that is closed, as a killed member's is, loses what is on its way from and to
 * it.
 */
public final class MemoryNetwork implements TransportFactory {
    private static final Logger LOG = LoggerFactory.getLogger(MemoryNetwork.class);

    private final Map<MemberId, Endpoint> listening = new ConcurrentHashMap<>();
    private final Map<MessageType, Integer> delivered = new ConcurrentHashMap<>();

    @Override
    public RaftTransport create(TransportConfig config, RaftCallback callback, int port) {
        return new Endpoint(config.memberId(), callback);
    }

    /** How many messages have been delivered, by type. */
    public Map<MessageType, Integer> delivered() {
        return Map.copyOf(delivered);
    }

    /** Whether every transport has been closed. */
    public boolean isQuiet() {
        return listening.isEmpty();
    }

    /** One member's transport. */
    private final class Endpoint implements RaftTransport {
        private final MemberId member;
        private final RaftCallback callback;
        private final Set<MemberId> peers = ConcurrentHashMap.newKeySet();
        private final Map<MemberId, ExecutorService> links = new ConcurrentHashMap<>();
        private final Instant created = Instant.now();

        private Endpoint(MemberId member, RaftCallback callback) {
            this.member = member;
            this.callback = callback;
        }

        @Override
        public void start() {
            if (listening.putIfAbsent(member, this) != null) {
                throw new IllegalStateException("member " + member + " listens already");
            }
        }

        @Override
        public void send(Message message) {
            MemberId to = new MemberId(message.getTo());
            byte[] bytes = message.toByteArray();
            if (!peers.contains(to) || listening.get(member) != this) {
                return;
            }
            try {
                links.computeIfAbsent(to, this::link).execute(() -> deliver(to, bytes));
            } catch (RejectedExecutionException closed) {
                LOG.debug("dropped a {} to member {}", message.getType(), to);
            }
        }

        @Override
        public CompletionStage<Void> sendSnapshot(Message message, InputStream database, long size) {
            throw new UnsupportedOperationException("the demo's snapshots are in their messages");
        }

        private ExecutorService link(MemberId to) {
            return Executors.newSingleThreadExecutor(task -> new Thread(task, "link-" + member + "-" + to));
        }

        private void deliver(MemberId to, byte[] bytes) {
            Endpoint receiver = listening.get(to);
            try {
                Message message = Message.parseFrom(bytes);
                SnapshotStatus outcome = SnapshotStatus.FAILURE;
                if (receiver != null && listening.get(member) == this) {
                    receiver.callback.process(message);
                    delivered.merge(message.getType(), 1, Integer::sum);
                    outcome = SnapshotStatus.FINISH;
                } else {
                    callback.reportUnreachable(to);
                }
                if (message.getType() == MessageType.MsgSnap) {
                    callback.reportSnapshot(to, outcome);
                }
            } catch (InvalidProtocolBufferException corrupt) {
                throw new AssertionError("what was just written cannot be read", corrupt);
            } catch (Exception failure) {
                LOG.error("member {} cannot take a message of member {}", to, member, failure);
            }
        }

        @Override
        public void addPeer(MemberId id, List<URI> urls) {
            peers.add(id);
        }

        @Override
        public void addPeer(MemberId peer, List<URI> urls, Dialect dialect) {
            addPeer(peer, urls);
        }

        @Override
        public void updatePeer(MemberId id, List<URI> urls) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void removePeer(MemberId id) {
            peers.remove(id);
        }

        @Override
        public void removeAllPeers() {
            peers.clear();
        }

        @Override
        public void addRemote(MemberId id, List<URI> urls) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Optional<Instant> activeSince(MemberId id) {
            return peers.contains(id) && listening.containsKey(id) ? Optional.of(created) : Optional.empty();
        }

        @Override
        public int activePeers() {
            return (int) peers.stream().filter(listening::containsKey).count();
        }

        @Override
        public void pause(MemberId id) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void pause() {
            throw new UnsupportedOperationException();
        }

        @Override
        public void resume(MemberId id) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void resume() {
            throw new UnsupportedOperationException();
        }

        @Override
        public TransportStatus status() {
            throw new UnsupportedOperationException();
        }

        @Override
        public void close() {
            listening.remove(member, this);
            links.values().forEach(ExecutorService::shutdownNow);
        }
    }
}
