package dev.rafthttp.sidecar.relay.standin;

import dev.rafthttp.MemberId;
import dev.rafthttp.PeerUnreachableException;
import dev.rafthttp.RaftTransportException;
import dev.rafthttp.StreamType;
import dev.rafthttp.coupling.StreamControl;
import dev.rafthttp.coupling.StreamCoupler;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * All couplings: takes what happens to the streams of each stand-in to the coupling they are halves of. Any thread.
 *
 * <p>The sink of a link from A to B is the stand-in of A's stream to B, the source that of B's from A; in both forms of a
 * relay.
 */
final class Couplings {

    private final Topology topology;
    private final Function<MemberId, Optional<StreamControl>> streams;
    private final Coupling.Timer timer;
    private final RelayEvents events;
    private final Map<Link, Coupling> couplings = new ConcurrentHashMap<>();

    /** @param streams those of a member's stand-in, if it has one now */
    Couplings(
            Topology topology,
            Function<MemberId, Optional<StreamControl>> streams,
            Coupling.Timer timer,
            RelayEvents events) {
        this.topology = topology;
        this.streams = streams;
        this.timer = timer;
        this.events = events;
    }

    /** What the stand-in of a member tells its streams to. */
    StreamCoupler of(MemberId standsFor) {
        return new StandInCoupler(standsFor);
    }

    /** A member's stand-in begins to talk to another member. Call once, until one of them is forgotten. */
    void met(MemberId standsFor, MemberId other) {
        Stream.of(StreamType.values())
                .forEach(type -> coupling(new Link(standsFor, other, type)).start());
    }

    /** A member is gone. */
    void forget(MemberId member) {
        couplings.forEach((link, coupling) -> {
            if (link.from().equals(member) || link.to().equals(member)) {
                couplings.remove(link, coupling);
                coupling.close();
            }
        });
    }

    /** Whatever a member asks for now is refused. */
    void refuse(MemberId member, RaftTransportException cause) {
        couplings.forEach((link, coupling) -> {
            if (link.to().equals(member)) {
                coupling.refuse(cause);
            }
        });
    }

    /**
     * Tells a coupling what happened to its streams, if there is one. What is told late of a member that is gone must not make
     * one anew, which would then dial that member for ever: only a meeting and a request do.
     */
    private void tell(Link link, Consumer<Coupling> event) {
        Coupling coupling = couplings.get(link);
        if (coupling != null) {
            event.accept(coupling);
        }
    }

    private Coupling coupling(Link link) {
        return couplings.computeIfAbsent(link, any -> {
            SourceEnd source = new SourceEnd(link);
            return new Coupling(link, source, new SinkEnd(link), timer, events);
        });
    }

    private final class StandInCoupler implements StreamCoupler {
        private final MemberId standsFor;

        StandInCoupler(MemberId standsFor) {
            this.standsFor = standsFor;
        }

        private Link source(MemberId peer, StreamType type) {
            return new Link(peer, standsFor, type);
        }

        private Link sink(MemberId peer, StreamType type) {
            return new Link(standsFor, peer, type);
        }

        @Override
        public boolean dialsByItself(MemberId peer, StreamType type) {
            return false;
        }

        @Override
        public void requested(MemberId peer, StreamType type, Direction direction, StreamRequest request) {
            if (direction == Direction.INBOUND) {
                coupling(source(peer, type)).sourceAsked(request);
            } else {
                coupling(sink(peer, type)).sinkAsked(request);
            }
        }

        @Override
        public void opened(MemberId peer, StreamType type, Direction direction) {
            if (direction == Direction.INBOUND) {
                tell(source(peer, type), Coupling::sourceOpened);
            } else {
                tell(sink(peer, type), Coupling::sinkOpened);
            }
        }

        @Override
        public void closed(MemberId peer, StreamType type, Direction direction, Throwable cause) {
            if (direction == Direction.INBOUND) {
                tell(source(peer, type), coupling -> coupling.sourceClosed(cause));
            } else {
                tell(sink(peer, type), coupling -> coupling.sinkClosed(cause));
            }
        }

        @Override
        public void refused(MemberId peer, StreamType type, RaftTransportException cause) {
            events.dialFailed(peer, standsFor, type, cause);
            if (topology.isDirect(peer)) {
                tell(source(peer, type), coupling -> coupling.sourceRefused(cause));
            } else {
                tell(sink(peer, type), Coupling::sinkRefused);
            }
        }
    }

    /** Where a link's messages come from: the reader's stand-in, which asks the writer unless that is behind an uplink. */
    private final class SourceEnd implements Coupling.End {
        private final Link link;

        SourceEnd(Link link) {
            this.link = link;
        }

        @Override
        public boolean isDialled() {
            return topology.isDirect(link.from());
        }

        @Override
        public void dial() {
            streams.apply(link.to())
                    .ifPresentOrElse(
                            control -> control.dial(link.from(), link.type()),
                            () -> tell(
                                    link,
                                    coupling -> coupling.sourceRefused(new PeerUnreachableException(
                                            "nothing stands for member " + link.to() + " now"))));
        }

        @Override
        public void close(Throwable cause) {
            streams.apply(link.to())
                    .ifPresent(
                            control -> control.close(link.from(), link.type(), StreamCoupler.Direction.INBOUND, cause));
        }
    }

    /** Where a link's messages go: the writer's stand-in, which waits to be asked unless the reader is behind an uplink. */
    private final class SinkEnd implements Coupling.End {
        private final Link link;

        SinkEnd(Link link) {
            this.link = link;
        }

        @Override
        public boolean isDialled() {
            return !topology.isDirect(link.to());
        }

        @Override
        public void dial() {
            streams.apply(link.from())
                    .ifPresentOrElse(
                            control -> control.dial(link.to(), link.type()), () -> tell(link, Coupling::sinkRefused));
        }

        @Override
        public void close(Throwable cause) {
            streams.apply(link.from())
                    .ifPresent(
                            control -> control.close(link.to(), link.type(), StreamCoupler.Direction.OUTBOUND, cause));
        }
    }
}
