package dev.rafthttp.client;

import dev.rafthttp.Dialect;
import dev.rafthttp.MemberId;
import dev.rafthttp.PeerUnreachableException;
import dev.rafthttp.StreamType;
import dev.rafthttp.coupling.StreamControl;
import dev.rafthttp.coupling.StreamCoupler.Direction;
import dev.rafthttp.peer.PeerEnvironment;
import dev.rafthttp.raftpb.Message;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/** Opens, fills and closes single streams of a manager's peers. Any thread; without state. */
final class PeerStreams implements StreamControl {
    private final PeerEnvironment environment;
    private final PeerManager peers;

    PeerStreams(PeerEnvironment environment, PeerManager peers) {
        this.environment = environment;
        this.peers = peers;
    }

    @Override
    public boolean offer(Message message) {
        return peers.offer(message);
    }

    @Override
    public CompletionStage<Void> sendWhenRoom(Message message) {
        return peers.sendWhenRoom(message);
    }

    @Override
    public void dial(MemberId id, StreamType type) {
        PeerConnections connections = peers.connections(id);
        Optional<StreamDialer> dialer = connections == null ? Optional.empty() : connections.dialer(type);
        if (dialer.isPresent() && peers.isRunning()) {
            environment.executor().execute(dialer.get()::dial);
        } else {
            environment
                    .coupler()
                    .refused(
                            id,
                            type,
                            new PeerUnreachableException("member " + id + " is not a peer that can be dialled"));
        }
    }

    @Override
    public void close(MemberId id, StreamType type, Direction direction, Throwable cause) {
        PeerConnections connections = peers.connections(id);
        if (connections == null) {
            return;
        }
        boolean isDialled = (connections.peer().dialect() == Dialect.PUSH) == (direction == Direction.OUTBOUND);
        Optional<DialledStream> dialled =
                isDialled ? connections.dialer(type).flatMap(dialer -> dialer.abandon(cause)) : Optional.empty();
        connections.peer().closeStream(type, direction, cause);
        dialled.ifPresent(stream -> stream.close(cause));
    }

    @Override
    public String toString() {
        return "streams of " + peers;
    }
}
