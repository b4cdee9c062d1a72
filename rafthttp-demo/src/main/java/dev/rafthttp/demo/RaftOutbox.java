package dev.rafthttp.demo;

import dev.rafthttp.RaftTransport;
import io.microraft.RaftEndpoint;
import io.microraft.model.message.RaftMessage;
import io.microraft.transport.Transport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** MicroRaft's way out: maps its messages and gives them to the peer transport. Called on the member's Raft thread. */
final class RaftOutbox implements Transport {
    private static final Logger LOG = LoggerFactory.getLogger(RaftOutbox.class);

    private final RaftTransport transport;
    private final ToRaftpb mapping;

    RaftOutbox(RaftTransport transport, ToRaftpb mapping) {
        this.transport = transport;
        this.mapping = mapping;
    }

    @Override
    public void send(RaftEndpoint target, RaftMessage message) {
        try {
            transport.send(mapping.write(target, message));
        } catch (RuntimeException failure) {
            // MicroRaft must not see it: it sends again what is not answered.
            LOG.error("cannot send {} to member {}", message, target, failure);
        }
    }

    @Override
    public boolean isReachable(RaftEndpoint endpoint) {
        return endpoint instanceof MemberEndpoint member
                && transport.activeSince(member.id()).isPresent();
    }
}
