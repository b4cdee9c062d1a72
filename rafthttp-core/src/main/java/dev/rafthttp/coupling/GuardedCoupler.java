package dev.rafthttp.coupling;

import dev.rafthttp.MemberId;
import dev.rafthttp.PeerUnreachableException;
import dev.rafthttp.RaftTransportException;
import dev.rafthttp.StreamType;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A relay's coupler, kept from harming the streams that it is told of: whatever it throws is logged and goes no further. A stream
 * that it could not decide about is refused. What {@link #dialsByItself} throws fails the addition of the peer. Any thread.
 */
public final class GuardedCoupler implements StreamCoupler {
    private static final Logger LOG = LoggerFactory.getLogger(GuardedCoupler.class);

    private final StreamCoupler coupler;

    private GuardedCoupler(StreamCoupler coupler) {
        this.coupler = coupler;
    }

    public static StreamCoupler of(StreamCoupler coupler) {
        return coupler instanceof GuardedCoupler ? coupler : new GuardedCoupler(coupler);
    }

    private void run(MemberId peer, StreamType type, Runnable event) {
        try {
            event.run();
        } catch (RuntimeException | Error e) {
            LOG.error(
                    "the coupler of the {} stream of peer {} threw, and may keep the stream closed",
                    type.label(),
                    peer,
                    e);
        }
    }

    @Override
    public boolean dialsByItself(MemberId peer, StreamType type) {
        return coupler.dialsByItself(peer, type);
    }

    @Override
    public void requested(MemberId peer, StreamType type, Direction direction, StreamRequest request) {
        try {
            coupler.requested(peer, type, direction, request);
        } catch (RuntimeException | Error e) {
            LOG.error("the {} stream of peer {} is refused, since the coupler threw", type.label(), peer, e);
            request.refuse(new PeerUnreachableException("the stream could not be coupled: " + e, e));
        }
    }

    @Override
    public void opened(MemberId peer, StreamType type, Direction direction) {
        run(peer, type, () -> coupler.opened(peer, type, direction));
    }

    @Override
    public void closed(MemberId peer, StreamType type, Direction direction, Throwable cause) {
        run(peer, type, () -> coupler.closed(peer, type, direction, cause));
    }

    @Override
    public void refused(MemberId peer, StreamType type, RaftTransportException cause) {
        run(peer, type, () -> coupler.refused(peer, type, cause));
    }

    @Override
    public String toString() {
        return "guarded " + coupler;
    }
}
