package dev.rafthttp.microraft;

import dev.rafthttp.MemberId;
import dev.rafthttp.RaftTransport;
import dev.rafthttp.raftpb.Message;
import io.microraft.RaftEndpoint;
import io.microraft.model.message.RaftMessage;
import io.microraft.transport.Transport;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends for MicroRaft: turns its messages into raftpb's, and sends them. Thread-safe, if the sender is.
 *
 * <p>A message that cannot be mapped or sent is logged as an error and dropped: MicroRaft repeats messages without an answer.
 */
public final class MicroRaftTransport implements Transport {
    private static final Logger LOG = LoggerFactory.getLogger(MicroRaftTransport.class);

    private final RaftpbMapping mapping;
    private final Consumer<Message> send;
    private final Predicate<MemberId> isReachable;

    /**
     * Sends by a transport in this process, which the caller starts and closes.
     *
     * @param transport has the other members as its peers
     */
    public MicroRaftTransport(RaftpbMapping mapping, RaftTransport transport) {
        this(mapping, transport::send, peer -> transport.activeSince(peer).isPresent());
    }

    /**
     * Sends by any other means, such as a sidecar.
     *
     * @param send called on MicroRaft's thread: must neither block nor wait for an answer
     * @param isReachable whether messages to a member arrive, as far as is known; must not block
     */
    public MicroRaftTransport(RaftpbMapping mapping, Consumer<Message> send, Predicate<MemberId> isReachable) {
        this.mapping = mapping;
        this.send = send;
        this.isReachable = isReachable;
    }

    @Override
    public void send(RaftEndpoint target, RaftMessage message) {
        try {
            send.accept(mapping.write(target, message));
        } catch (RuntimeException failure) {
            // MicroRaft's contract: its transport does not throw.
            LOG.error("cannot send {} to member {}", message, target, failure);
        }
    }

    /** Whether an endpoint is a member that can be reached. */
    @Override
    public boolean isReachable(RaftEndpoint endpoint) {
        return endpoint instanceof MemberEndpoint member && isReachable.test(member.id());
    }
}
