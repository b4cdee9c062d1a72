package dev.rafthttp.sidecar.relay.standin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rafthttp.MemberId;
import dev.rafthttp.PeerUnreachableException;
import dev.rafthttp.RaftTransportException;
import dev.rafthttp.RemovedMemberException;
import dev.rafthttp.StreamType;
import dev.rafthttp.coupling.StreamCoupler.StreamRequest;
import dev.rafthttp.sidecar.relay.Relays;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import org.junit.jupiter.api.Test;

/** Two halves of one stream, in each of the three places of a relay. Events are fed by hand, in any order they may come in. */
class CouplingTest {
    private static final Link LINK = new Link(new MemberId(0xa), new MemberId(0xb), StreamType.MSGAPP);
    private static final PeerUnreachableException LOST = new PeerUnreachableException("connection reset");
    private static final PeerUnreachableException REFUSED = new PeerUnreachableException("connection refused");

    private final List<String> log = new ArrayList<>();
    private final Queue<Runnable> timers = new ArrayDeque<>();
    private final List<Duration> pauses = new ArrayList<>();
    private final List<String> told = new ArrayList<>();
    private final Coupling.Listener listener = new Coupling.Listener() {
        @Override
        public void attached(Link link) {
            told.add("attached " + link);
        }

        @Override
        public void detached(Link link, Throwable cause) {
            told.add("detached " + link + ": " + cause.getMessage());
        }
    };

    private Coupling coupling(boolean sourceDialled, boolean sinkDialled) {
        return new Coupling(
                LINK,
                end("source", sourceDialled),
                end("sink", sinkDialled),
                (pause, task) -> {
                    pauses.add(pause);
                    timers.add(task);
                },
                listener);
    }

    /** In front of both members. */
    private Coupling alone() {
        return coupling(true, false);
    }

    private Coupling besideTheReader() {
        return coupling(false, false);
    }

    private Coupling besideTheWriter() {
        return coupling(true, true);
    }

    private Coupling.End end(String name, boolean dialled) {
        return new Coupling.End() {
            @Override
            public boolean isDialled() {
                return dialled;
            }

            @Override
            public void dial() {
                log.add("dial " + name);
            }

            @Override
            public void close(Throwable cause) {
                log.add("close " + name);
            }
        };
    }

    private StreamRequest request(String name) {
        return new StreamRequest() {
            @Override
            public void accept() {
                log.add("accept " + name);
            }

            @Override
            public void refuse(RaftTransportException cause) {
                log.add("refuse " + name + ": " + cause.getMessage());
            }
        };
    }

    private void assertDone(String... actions) {
        assertThat(log).containsExactly(actions);
        log.clear();
    }

    @Test
    void shouldAnswerTheReaderAsTheWriterAnswersWhenAlone() {
        Coupling coupling = alone();
        coupling.start();

        coupling.sinkAsked(request("b"));
        assertDone("dial source");
        coupling.sourceOpened();

        assertDone("accept b");
    }

    @Test
    void shouldPassTheRefusalOnWhenTheWriterRefuses() {
        Coupling coupling = alone();
        coupling.sinkAsked(request("b"));
        log.clear();

        coupling.sourceRefused(new RemovedMemberException(Relays.A, "says that this member has been removed"));

        assertThat(log).contains("refuse b: says that this member has been removed");
    }

    @Test
    void shouldDialAgainWhenTheReaderAsksAgainAfterARefusal() {
        Coupling coupling = alone();
        coupling.sinkAsked(request("b"));
        coupling.sourceRefused(REFUSED);
        log.clear();

        coupling.sinkAsked(request("again"));
        coupling.sourceOpened();

        assertDone("dial source", "accept again");
    }

    @Test
    void shouldTellThatTheLaneIsAttachedOnlyWhenBothHalvesAreOpen() {
        Coupling coupling = alone();
        coupling.sinkAsked(request("b"));
        coupling.sourceOpened();
        assertThat(told).isEmpty();

        coupling.sinkOpened();

        assertThat(told).containsExactly("attached a → b (msgapp)");
    }

    @Test
    void shouldTellTheFirstCauseWhenTheLaneIsDetached() {
        Coupling coupling = open();
        told.clear();

        coupling.sourceClosed(LOST);
        coupling.sinkClosed(REFUSED);

        assertThat(told).containsExactly("detached a → b (msgapp): connection reset");
    }

    @Test
    void shouldTellWhyWhenTheReaderAsksAgainOrAMemberIsRemoved() {
        Coupling coupling = open();
        told.clear();
        coupling.sinkAsked(request("newer"));
        coupling.sourceClosed(LOST);
        coupling.sourceOpened();
        coupling.sinkOpened();

        coupling.close();

        assertThat(told)
                .containsExactly(
                        "detached a → b (msgapp): the reader of a → b (msgapp) has asked for a newer stream",
                        "attached a → b (msgapp)",
                        "detached a → b (msgapp): a member of a → b (msgapp) has been removed");
    }

    @Test
    void shouldCloseTheSinkWhenTheSourceIsLost() {
        Coupling coupling = open();

        coupling.sourceClosed(LOST);

        assertDone("close sink");
    }

    @Test
    void shouldCloseTheSourceWhenTheSinkIsLost() {
        Coupling coupling = open();

        coupling.sinkClosed(LOST);

        assertDone("close source");
    }

    private Coupling open() {
        Coupling coupling = alone();
        coupling.sinkAsked(request("b"));
        coupling.sourceOpened();
        coupling.sinkOpened();
        log.clear();
        return coupling;
    }

    @Test
    void shouldEndBothAndDialAnewWhenTheReaderAsksForANewerStream() {
        Coupling coupling = open();

        coupling.sinkAsked(request("newer"));
        assertDone("close sink", "close source");
        coupling.sourceClosed(LOST);
        assertDone("dial source");
        coupling.sourceOpened();

        assertDone("accept newer");
    }

    @Test
    void shouldKeepTheNewStreamWhenTheEndOfTheOldOneIsToldLate() {
        Coupling coupling = open();
        coupling.sinkAsked(request("newer"));
        coupling.sourceClosed(LOST);
        coupling.sourceOpened();
        log.clear();

        coupling.sinkClosed(LOST);
        coupling.sinkOpened();
        assertDone();
        coupling.sinkClosed(LOST);

        assertDone("close source");
    }

    @Test
    void shouldRefuseTheOlderRequestWhenTheReaderAsksTwice() {
        Coupling coupling = alone();
        coupling.sinkAsked(request("first"));

        coupling.sinkAsked(request("second"));
        coupling.sourceOpened();

        assertDone("dial source", "refuse first: replaced by a newer request for the same stream", "accept second");
    }

    @Test
    void shouldCloseASourceWhenItOpensAfterItWasGivenUp() {
        Coupling coupling = open();
        coupling.sinkClosed(LOST);
        coupling.sourceClosed(LOST);
        log.clear();

        coupling.sourceOpened();

        assertDone("close source");
    }

    @Test
    void shouldRefuseTheOtherRelayWhenNobodyAsks() {
        Coupling coupling = besideTheReader();

        coupling.sourceAsked(request("push"));

        assertDone("refuse push: nobody asks for a → b (msgapp)");
    }

    @Test
    void shouldAnswerTheReaderAtTheFirstByteWhenTheOtherRelayPushes() {
        Coupling coupling = besideTheReader();
        coupling.sinkAsked(request("b"));
        assertDone();

        coupling.sourceAsked(request("push"));
        assertDone("accept push");
        coupling.sourceOpened();

        assertDone("accept b");
    }

    @Test
    void shouldLetTheReaderWaitWhenAPushEndsBeforeItsFirstByte() {
        Coupling coupling = besideTheReader();
        coupling.sinkAsked(request("b"));
        coupling.sourceAsked(request("push"));
        coupling.sourceClosed(LOST);
        log.clear();

        coupling.sourceAsked(request("push again"));
        coupling.sourceOpened();

        assertDone("accept push again", "accept b");
    }

    @Test
    void shouldEndBothWhenTheOtherRelayPushesANewerStream() {
        Coupling coupling = besideTheReader();
        coupling.sinkAsked(request("b"));
        coupling.sourceAsked(request("push"));
        coupling.sourceOpened();
        coupling.sinkOpened();
        log.clear();

        coupling.sourceAsked(request("newer"));

        assertDone("refuse newer: nobody asks for a → b (msgapp)", "close sink", "close source");
    }

    @Test
    void shouldRefuseAPushWhenTheWriterIsReachedDirectly() {
        Coupling coupling = alone();
        coupling.sinkAsked(request("b"));
        log.clear();

        coupling.sourceAsked(request("push"));

        assertDone("refuse push: nobody asks for a → b (msgapp)");
    }

    @Test
    void shouldAskTheWriterWhenItsPushIsAccepted() {
        Coupling coupling = besideTheWriter();
        coupling.start();
        assertDone("dial sink");

        coupling.sinkOpened();

        assertDone("dial source");
    }

    @Test
    void shouldDialAPushAgainSoonWhenItIsRefused() {
        Coupling coupling = besideTheWriter();
        coupling.start();
        coupling.sinkRefused();
        log.clear();

        timers.remove().run();

        assertDone("dial sink");
        assertThat(pauses).containsExactly(Duration.ofMillis(100));
    }

    @Test
    void shouldDialAPushAgainLaterWhenTheWriterIsAway() {
        Coupling coupling = besideTheWriter();
        coupling.start();
        coupling.sinkOpened();
        coupling.sourceRefused(REFUSED);
        assertDone("dial sink", "dial source", "close sink");

        coupling.sinkClosed(REFUSED);

        assertThat(pauses).containsExactly(Duration.ofSeconds(1));
    }

    @Test
    void shouldAskTheWriterAnewWhenTheNextPushOpensBeforeTheSourceHasClosed() {
        Coupling coupling = besideTheWriter();
        coupling.start();
        coupling.sinkOpened();
        coupling.sourceOpened();
        log.clear();

        coupling.sinkClosed(LOST);
        coupling.sinkOpened();
        assertDone("close source");
        coupling.sourceClosed(LOST);

        assertDone("dial source");
    }

    @Test
    void shouldDoNothingMoreWhenAMemberIsGone() {
        Coupling coupling = besideTheWriter();
        coupling.start();
        coupling.sinkRefused();
        log.clear();

        coupling.close();
        timers.remove().run();

        assertDone();
    }

    @Test
    void shouldRefuseWhoAsksWhenAMemberIsGone() {
        Coupling coupling = alone();
        coupling.sinkAsked(request("b"));
        log.clear();

        coupling.close();
        coupling.sinkAsked(request("again"));

        assertThat(log).hasSize(2).allSatisfy(action -> assertThat(action).startsWith("refuse"));
    }

    @Test
    void shouldDealWithAnEventAfterTheOneThatCausedIt() {
        List<String> order = new ArrayList<>();
        Coupling[] coupling = new Coupling[1];
        Coupling.End source = new Coupling.End() {
            @Override
            public boolean isDialled() {
                return true;
            }

            @Override
            public void dial() {
                order.add("dial");
                coupling[0].sourceOpened();
                order.add("dialled");
            }

            @Override
            public void close(Throwable cause) {}
        };
        coupling[0] = new Coupling(LINK, source, end("sink", false), (pause, task) -> {}, listener);

        coupling[0].sinkAsked(new StreamRequest() {
            @Override
            public void accept() {
                order.add("accept");
            }

            @Override
            public void refuse(RaftTransportException cause) {
                order.add("refuse");
            }
        });

        assertThat(order).containsExactly("dial", "dialled", "accept");
    }
}
