package dev.rafthttp.sidecar.relay.standin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rafthttp.MemberId;
import dev.rafthttp.PeerUnreachableException;
import dev.rafthttp.RaftTransportException;
import dev.rafthttp.StreamType;
import dev.rafthttp.coupling.StreamControl;
import dev.rafthttp.coupling.StreamCoupler;
import dev.rafthttp.coupling.StreamCoupler.Direction;
import dev.rafthttp.coupling.StreamCoupler.StreamRequest;
import dev.rafthttp.raftpb.Message;
import dev.rafthttp.sidecar.events.EventLog;
import dev.rafthttp.sidecar.relay.Relays;
import java.net.URI;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Which couplings there are, beside member a: the relay dials the uplink to b, and waits for b's. */
class CouplingsTest {
    private static final Topology BESIDE_A =
            new Topology(Relays.CLUSTER, Optional.of(Relays.A), Optional.of(URI.create("http://10.0.0.1:2480")));
    private static final PeerUnreachableException REMOVED = new PeerUnreachableException("peer b has been removed");

    private final List<String> dials = new ArrayList<>();
    private final List<String> refusals = new ArrayList<>();
    private final Queue<Runnable> timers = new ArrayDeque<>();
    private final Couplings couplings = new Couplings(
            BESIDE_A,
            id -> Optional.of(new Streams(id)),
            (pause, task) -> timers.add(task),
            new RelayEvents(new EventLog(), BESIDE_A, (task, millis) -> {}));
    private final StreamCoupler ofA = couplings.of(Relays.A);

    /** The streams of a stand-in that has no peer any more. */
    private final class Streams implements StreamControl {
        private final MemberId standsFor;

        Streams(MemberId standsFor) {
            this.standsFor = standsFor;
        }

        @Override
        public void dial(MemberId peer, StreamType lane) {
            dials.add(standsFor + " to " + peer + " " + lane);
            couplings.of(standsFor).refused(peer, lane, REMOVED);
        }

        @Override
        public boolean offer(Message message) {
            return false;
        }

        @Override
        public CompletionStage<Void> sendWhenRoom(Message message) {
            throw new AssertionError("nothing is sent");
        }

        @Override
        public void close(MemberId peer, StreamType lane, Direction direction, Throwable cause) {}
    }

    /** Lets time pass until nothing is to happen any more, or something happens for ever. */
    private void passTime() {
        for (int i = 0; i < 100 && !timers.isEmpty(); i++) {
            timers.remove().run();
        }
    }

    private enum LateEvent {
        REFUSED {
            @Override
            void tell(StreamCoupler coupler) {
                coupler.refused(Relays.B, StreamType.MESSAGE, REMOVED);
            }
        },
        CLOSED {
            @Override
            void tell(StreamCoupler coupler) {
                coupler.closed(Relays.B, StreamType.MESSAGE, Direction.OUTBOUND, REMOVED);
            }
        },
        OPENED {
            @Override
            void tell(StreamCoupler coupler) {
                coupler.opened(Relays.B, StreamType.MESSAGE, Direction.OUTBOUND);
                coupler.closed(Relays.B, StreamType.MESSAGE, Direction.OUTBOUND, REMOVED);
            }
        };

        abstract void tell(StreamCoupler coupler);
    }

    @ParameterizedTest
    @EnumSource
    void shouldDialNothingMoreWhenTheMemberIsForgottenWhileItIsDialled(LateEvent event) {
        couplings.met(Relays.A, Relays.B);
        couplings.forget(Relays.B);
        dials.clear();

        event.tell(ofA);
        passTime();

        assertThat(dials).isEmpty();
        assertThat(timers).isEmpty();
    }

    @Test
    void shouldDialAgainAndAgainWhenTheMemberIsOnlyAway() {
        couplings.met(Relays.A, Relays.B);
        dials.clear();

        passTime();

        assertThat(dials).hasSize(100).contains("a to b MSGAPP", "a to b MESSAGE");
    }

    @Test
    void shouldAnswerARequestThatComesBeforeTheMeeting() {
        couplings.of(Relays.B).requested(Relays.A, StreamType.MESSAGE, Direction.OUTBOUND, new StreamRequest() {
            @Override
            public void accept() {
                throw new AssertionError("nothing offers the messages");
            }

            @Override
            public void refuse(RaftTransportException cause) {
                refusals.add(cause.getMessage());
            }
        });
        couplings.forget(Relays.A);

        assertThat(refusals).singleElement().asString().contains("has been removed");
    }
}
