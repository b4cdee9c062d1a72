package dev.rafthttp.demo;

import io.microraft.RaftEndpoint;
import io.microraft.model.message.RaftMessage;
import io.microraft.transport.Transport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** MicroRaft's way out: maps its messages and gives them to the member's link. Called on the member's Raft thread. */
final class RaftOutbox implements Transport {
    private static final Logger LOG = LoggerFactory.getLogger(RaftOutbox.class);

    private final PeerLink link;
    private final ToRaftpb mapping;

    RaftOutbox(PeerLink link, ToRaftpb mapping) {
        this.link = link;
        this.mapping = mapping;
    }

    @Override
    public void send(RaftEndpoint target, RaftMessage message) {
        try {
            link.send(mapping.write(target, message));
        } catch (RuntimeException failure) {
            // MicroRaft must not see it: it sends again what is not answered.
            LOG.error("cannot send {} to member {}", message, target, failure);
        }
    }

    @Override
    public boolean isReachable(RaftEndpoint endpoint) {
        return endpoint instanceof MemberEndpoint member && link.isReachable(member.id());
    }
}
