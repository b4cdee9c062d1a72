package dev.rafthttp.client;

import static dev.rafthttp.client.ScriptedPeer.POST;
import static dev.rafthttp.client.Transports.LOCAL;
import static dev.rafthttp.client.Transports.NOWHERE;
import static dev.rafthttp.client.Transports.REMOTE;
import static dev.rafthttp.client.Transports.config;
import static dev.rafthttp.client.Transports.heartbeat;
import static dev.rafthttp.client.Transports.lane;
import static dev.rafthttp.client.Transports.peer;
import static dev.rafthttp.client.Transports.snapshot;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.awaitility.Awaitility.await;

import dev.rafthttp.DropReason;
import dev.rafthttp.Lane;
import dev.rafthttp.MemberId;
import dev.rafthttp.PeerStatus;
import dev.rafthttp.SnapshotStatus;
import dev.rafthttp.TransportConfig;
import dev.rafthttp.fixture.LogLines;
import dev.rafthttp.metrics.PeerMetrics;
import dev.rafthttp.metrics.TransportMetrics;
import dev.rafthttp.raftpb.Message;
import dev.rafthttp.raftpb.MessageType;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class PeerManagerTest {
    private static final String NO_CONTENT = "HTTP/1.1 204 No Content\r\n\r\n";
    private static final MemberId OTHER = MemberId.parse("d3");

    private final Reports reports = new Reports();
    private final List<String> dropped = new CopyOnWriteArrayList<>();
    private final TransportMetrics metrics = id -> new PeerMetrics() {
        @Override
        public void dropped(Lane lane, MessageType type, DropReason reason) {
            dropped.add(id + " " + type + " " + reason);
        }
    };
    private final ScriptedPeer peer;
    private PeerManager manager = new PeerManager(config().build(), reports, metrics);

    PeerManagerTest() throws IOException {
        peer = ScriptedPeer.listening();
    }

    @AfterEach
    void close() {
        manager.close();
        peer.close();
    }

    private void configure(TransportConfig.Builder config) {
        manager = new PeerManager(config.build(), reports, metrics);
    }

    private void startWithPeer() {
        manager.addPeer(REMOTE, List.of(peer.url()));
        manager.start();
    }

    private void startAttached() {
        peer.acceptStreams();
        startWithPeer();
        awaitAttached();
    }

    private void awaitAttached() {
        await().until(() -> lane(manager, Lane.MSGAPP).attached()
                && lane(manager, Lane.MESSAGE).attached());
    }

    @Test
    void shouldDropAndCountWhenTheMemberIsUnknown() {
        manager.start();

        manager.send(heartbeat(1));
        manager.send(heartbeat(2).toBuilder().setTo(LOCAL.value()).build());
        manager.send(snapshot(1));

        assertThat(dropped)
                .containsExactly(
                        "b2 MsgHeartbeat UNKNOWN_PEER", "a1 MsgHeartbeat UNKNOWN_PEER", "b2 MsgSnap UNKNOWN_PEER");
        await().untilAsserted(() -> assertThat(reports.snapshots()).containsExactly(SnapshotStatus.FAILURE));
        assertThat(reports.threads()).doesNotContain(Thread.currentThread());
    }

    @Test
    void shouldIgnoreAMessageWhenItIsToNobody() {
        startWithPeer();

        manager.send(heartbeat(1).toBuilder().setTo(0).build());

        assertThat(dropped).isEmpty();
    }

    @Test
    void shouldLogOneLineWhenManyMessagesGoToUnknownMembers() {
        manager.start();
        try (LogLines log = LogLines.of(PeerManager.class)) {
            for (int message = 0; message < 1000; message++) {
                manager.send(heartbeat(message));
            }

            assertThat(log.texts()).hasSize(1);
        }
        assertThat(dropped).hasSize(1000);
    }

    @Test
    void shouldDialNothingWhenItIsNotStarted() {
        manager.addPeer(REMOTE, List.of(peer.url()));
        manager.addRemote(OTHER, List.of(peer.url()));

        manager.close();

        assertThat(peer.accepted()).isZero();
    }

    @Test
    void shouldDialWhenAPeerIsAddedAfterTheStart() {
        peer.acceptStreams();
        manager.start();

        manager.addPeer(REMOTE, List.of(peer.url()));

        awaitAttached();
        assertThat(manager.activePeers()).isEqualTo(1);
        assertThat(manager.activeSince(REMOTE)).isPresent();
        assertThat(manager.activeSince(OTHER)).isEmpty();
        assertThat(manager.registry().find(REMOTE)).isPresent();
        assertThat(manager.isRunning()).isTrue();
    }

    @Test
    void shouldKeepThePeerWhenItIsAddedAgain() {
        startAttached();

        manager.addPeer(REMOTE, List.of(NOWHERE));
        manager.addRemote(REMOTE, List.of(NOWHERE));

        assertThat(peer(manager).urls()).containsExactly(peer.url());
        assertThat(peer(manager).remote()).isFalse();
        assertThat(lane(manager, Lane.MESSAGE).attached()).isTrue();
    }

    @Test
    void shouldRefuseToAddWhatCannotBeAPeer() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> manager.addPeer(LOCAL, List.of(NOWHERE)))
                .withMessageContaining("a1");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> manager.addRemote(LOCAL, List.of(NOWHERE)))
                .withMessageContaining("a1");
        assertThatIllegalArgumentException().isThrownBy(() -> manager.addPeer(REMOTE, List.of()));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> manager.addPeer(REMOTE, List.of(URI.create("http://host/without/port"))))
                .withMessageContaining("http://host/without/port");
        assertThat(manager.status().peers()).isEmpty();
    }

    @Test
    void shouldRefuseToChangeAPeerWhenItIsUnknown() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> manager.updatePeer(REMOTE, List.of(NOWHERE)))
                .withMessageContaining("b2");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> manager.pause(REMOTE))
                .withMessageContaining("b2");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> manager.resume(REMOTE))
                .withMessageContaining("b2");
        manager.removePeer(REMOTE);
    }

    @Test
    void shouldKeepTheUrlsWhenTheNewOnesAreNone() {
        manager.addPeer(REMOTE, List.of(peer.url()));

        assertThatIllegalArgumentException().isThrownBy(() -> manager.updatePeer(REMOTE, List.of()));

        assertThat(peer(manager).urls()).containsExactly(peer.url());
    }

    @Test
    void shouldCloseEveryConnectionWhenThePeerIsRemoved() {
        peer.answer(POST, NO_CONTENT);
        peer.answer(ScriptedPeer.PROBE, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
        configure(config().probeInterval(Duration.ofMillis(100)));
        startAttached();
        manager.send(snapshot(1));
        await().until(() -> lane(manager, Lane.PIPELINE).delivered() == 1
                && peer(manager).probe().isPresent());

        manager.removePeer(REMOTE);

        await().until(() -> peer.open() == 0);
        assertThat(manager.status().peers()).isEmpty();
        assertThat(manager.activePeers()).isZero();
        manager.send(heartbeat(1));
        assertThat(dropped).containsExactly("b2 MsgHeartbeat UNKNOWN_PEER");
    }

    @Test
    void shouldDialNoMoreWhenThePeerIsRemoved() {
        startWithPeer();
        await().until(() -> peer.heads(ScriptedPeer.STREAM_MESSAGE).size() >= 3);

        manager.removePeer(REMOTE);

        // One dial may be on its way.
        int dials = peer.accepted() + 2;
        await().during(Duration.ofMillis(300)).until(() -> peer.accepted() <= dials);
    }

    @Test
    void shouldAttachAgainWhenAPeerIsRemovedAndAdded() {
        startAttached();

        for (int cycle = 0; cycle < 20; cycle++) {
            manager.removePeer(REMOTE);
            manager.addPeer(REMOTE, List.of(peer.url()));
            awaitAttached();
        }

        await().untilAsserted(() -> assertThat(peer.open()).isEqualTo(2));
    }

    @Test
    void shouldForgetEveryPeerWhenAllAreRemoved() {
        startAttached();
        manager.addRemote(OTHER, List.of(NOWHERE));

        manager.removeAllPeers();

        assertThat(manager.status().peers()).isEmpty();
        await().until(() -> peer.open() == 0);
    }

    @Test
    void shouldReachARemoteByThePipelineOnly() {
        peer.answer(POST, NO_CONTENT);
        peer.acceptStreams();
        manager.start();
        manager.addRemote(REMOTE, List.of(peer.url()));

        manager.send(heartbeat(1));
        manager.send(Transports.app(1));

        await().until(() -> lane(manager, Lane.PIPELINE).delivered() == 2);
        assertThat(peer(manager).remote()).isTrue();
        assertThat(peer.heads(ScriptedPeer.STREAM_MESSAGE)).isEmpty();
        assertThat(peer.heads(ScriptedPeer.PROBE)).isEmpty();
    }

    @Test
    void shouldReplaceARemoteWhenItBecomesAPeer() {
        peer.acceptStreams();
        manager.start();
        manager.addRemote(REMOTE, List.of(NOWHERE));

        manager.addPeer(REMOTE, List.of(peer.url()));

        awaitAttached();
        assertThat(manager.status().peers()).singleElement().satisfies(status -> {
            assertThat(status.remote()).isFalse();
            assertThat(status.urls()).containsExactly(peer.url());
        });
    }

    @Test
    void shouldListPeersById() {
        manager.addPeer(OTHER, List.of(NOWHERE));
        manager.addPeer(REMOTE, List.of(NOWHERE));

        assertThat(manager.status().member()).isEqualTo(LOCAL);
        assertThat(manager.status().cluster()).isEqualTo(Transports.CLUSTER);
        assertThat(manager.status().peers()).extracting(PeerStatus::id).containsExactly(REMOTE, OTHER);
    }

    @Test
    void shouldIntroduceNobodyWhenNoPolicyIsSet() {
        manager.registry().introduced(REMOTE, "http://10.0.0.2:2380");

        assertThat(manager.status().peers()).isEmpty();
    }

    @Test
    void shouldIntroduceARemoteWhenThePolicyAllowsIt() {
        List<Object> asked = new ArrayList<>();
        configure(config().remotes((id, urls) -> asked.add(List.of(id, urls)) && id.equals(REMOTE), 16));

        manager.registry().introduced(REMOTE, "http://10.0.0.2:2380,http://10.0.0.3:2380");
        manager.registry().introduced(OTHER, "http://10.0.0.4:2380");

        List<URI> urls = List.of(URI.create("http://10.0.0.2:2380"), URI.create("http://10.0.0.3:2380"));
        assertThat(asked)
                .containsExactly(List.of(REMOTE, urls), List.of(OTHER, List.of(URI.create("http://10.0.0.4:2380"))));
        assertThat(manager.status().peers()).singleElement().satisfies(status -> {
            assertThat(status.id()).isEqualTo(REMOTE);
            assertThat(status.remote()).isTrue();
            assertThat(status.urls()).isEqualTo(urls);
        });
    }

    @Test
    void shouldNotAskThePolicyWhenWhoIntroducesItselfIsKnownOrNamesNoUrls() {
        configure(config().remotes(
                        (id, urls) -> {
                            throw new AssertionError("asked about " + id + " at " + urls);
                        },
                        16));
        manager.addPeer(REMOTE, List.of(NOWHERE));

        manager.registry().introduced(REMOTE, "http://10.0.0.2:2380");
        manager.registry().introduced(LOCAL, "http://10.0.0.2:2380");
        for (String urls :
                List.of("", ",", "http://", "ftp://a:1", "not a URL", "http://a:1,,http://b:1", "http://a:1/path")) {
            manager.registry().introduced(OTHER, urls);
        }

        assertThat(manager.status().peers()).hasSize(1);
    }

    @Test
    void shouldBoundTheRemotesThatIntroduceThemselves() {
        configure(config().remotes((id, urls) -> true, 2));
        manager.addRemote(OTHER, List.of(NOWHERE));

        for (long id = 1; id <= 10; id++) {
            manager.registry().introduced(new MemberId(id), "http://10.0.0.2:2380");
        }

        assertThat(manager.status().peers()).hasSize(3);
    }

    @Test
    void shouldIntroduceOthersWhenRemotesHaveGone() {
        configure(config().remotes((id, urls) -> true, 2));
        manager.registry().introduced(new MemberId(1), "http://10.0.0.2:2380");
        manager.registry().introduced(new MemberId(2), "http://10.0.0.2:2380");

        manager.removePeer(new MemberId(1));
        manager.addPeer(new MemberId(2), List.of(NOWHERE));
        manager.registry().introduced(new MemberId(3), "http://10.0.0.2:2380");
        manager.registry().introduced(new MemberId(4), "http://10.0.0.2:2380");
        manager.registry().introduced(new MemberId(5), "http://10.0.0.2:2380");

        assertThat(manager.status().peers())
                .extracting(status -> status.id().value())
                .containsExactly(2L, 3L, 4L);
    }

    @Test
    void shouldHoldNoLockWhenItAsksThePolicy() {
        configure(config().remotes(
                        (id, urls) -> CompletableFuture.runAsync(() -> manager.removePeer(OTHER))
                                .orTimeout(5, TimeUnit.SECONDS)
                                .handle((done, failure) -> failure == null)
                                .join(),
                        16));

        manager.registry().introduced(REMOTE, "http://10.0.0.2:2380");

        assertThat(manager.registry().find(REMOTE)).isPresent();
    }

    @Test
    void shouldDropWhatIsSentWhilePaused() {
        peer.acceptStreams();
        startWithPeer();
        ScriptedStream messages = peer.awaitStream(Lane.MESSAGE);
        awaitAttached();

        manager.pause(REMOTE);
        manager.send(heartbeat(1));
        assertThat(peer(manager).paused()).isTrue();
        manager.resume(REMOTE);
        manager.send(heartbeat(2));
        manager.pause();
        manager.send(heartbeat(3));
        manager.resume();
        manager.send(heartbeat(4));

        await().until(() -> messages.messages().equals(List.of(heartbeat(2), heartbeat(4))));
        assertThat(lane(manager, Lane.MESSAGE).dropped()).isEqualTo(Map.of(DropReason.PAUSED, 2L));
        assertThat(lane(manager, Lane.MESSAGE).attached()).isTrue();
        assertThat(peer(manager).paused()).isFalse();
    }

    @Test
    void shouldRefuseToStartWhenItWasStartedOrClosed() {
        manager.start();
        assertThatIllegalStateException().isThrownBy(manager::start).withMessageContaining("RUNNING");
        assertThat(manager.isRunning()).isTrue();

        manager.close();
        assertThatIllegalStateException().isThrownBy(manager::start).withMessageContaining("CLOSED");
        assertThat(manager.isRunning()).isFalse();
    }

    @Test
    void shouldSendWhatWasSentBeforeTheStart() {
        peer.acceptStreams();
        manager.addPeer(REMOTE, List.of(peer.url()));
        manager.send(heartbeat(1));

        manager.start();

        ScriptedStream messages = peer.awaitStream(Lane.MESSAGE);
        await().until(() -> messages.messages().equals(List.of(heartbeat(1))));
    }

    @Test
    void shouldDropASnapshotAndStartAsEverWhenItIsSentBeforeTheStart() {
        peer.acceptStreams();
        peer.answer(POST, NO_CONTENT);
        configure(config().probeInterval(Duration.ofMillis(100)));
        manager.addPeer(REMOTE, List.of(peer.url()));

        manager.send(snapshot(1));
        manager.send(snapshot(2).toBuilder().setTo(OTHER.value()).build());

        await().untilAsserted(() ->
                assertThat(reports.snapshots()).containsExactly(SnapshotStatus.FAILURE, SnapshotStatus.FAILURE));
        assertThat(reports.threads()).doesNotContain(Thread.currentThread());
        assertThat(lane(manager, Lane.PIPELINE).dropped()).isEqualTo(Map.of(DropReason.UNREACHABLE, 1L));
        manager.start();
        awaitAttached();
        manager.send(snapshot(3));
        await().until(() -> lane(manager, Lane.PIPELINE).delivered() == 1);
        await().until(() -> peer(manager).probe().isPresent());
    }

    @Test
    void shouldDropAndCountAndReportSnapshotsOnlyWhenItIsClosed() {
        startAttached();
        manager.close();
        int unreachable = reports.unreachable().size();

        manager.send(heartbeat(1));
        manager.send(Transports.app(1));
        manager.send(snapshot(1));
        manager.send(snapshot(1).toBuilder().setTo(OTHER.value()).build());

        assertThat(dropped)
                .containsExactly(
                        "b2 MsgHeartbeat CLOSED", "b2 MsgApp CLOSED", "b2 MsgSnap CLOSED", "d3 MsgSnap UNKNOWN_PEER");
        await().until(() -> reports.snapshots().size() == 2);
        assertThat(reports.snapshots()).containsExactly(SnapshotStatus.FAILURE, SnapshotStatus.FAILURE);
        assertThat(reports.threads()).doesNotContain(Thread.currentThread());
        assertThat(reports.unreachable()).hasSize(unreachable);
    }

    /** Four are under way, the others wait behind them. */
    @Test
    void shouldReportEverySnapshotOnceWhenItClosesWhileTheyWait() {
        peer.acceptStreams().on(POST, (head, in, out) -> in.transferTo(OutputStream.nullOutputStream()));
        startWithPeer();
        awaitAttached();
        for (int i = 1; i <= 20; i++) {
            manager.send(snapshot(i));
        }
        await().until(() -> lane(manager, Lane.PIPELINE).sent() == 4);

        manager.close();

        assertThat(reports.snapshots()).hasSize(20).containsOnly(SnapshotStatus.FAILURE);
    }

    @Test
    void shouldTakeEveryCallWhenItIsClosed() {
        startAttached();
        manager.close();

        manager.close();
        manager.addPeer(OTHER, List.of(NOWHERE));
        manager.addRemote(OTHER, List.of(NOWHERE));
        manager.registry().introduced(OTHER, "http://10.0.0.2:2380");
        manager.pause();
        manager.resume();
        manager.removePeer(REMOTE);
        manager.removeAllPeers();

        assertThat(manager.status().peers()).isEmpty();
        assertThat(manager.activePeers()).isZero();
    }

    @Test
    void shouldCloseInTimeWhenThePeerIsMute() {
        for (String request : List.of(ScriptedPeer.STREAM_MSGAPP, ScriptedPeer.STREAM_MESSAGE, POST)) {
            peer.on(request, (head, in, out) -> in.transferTo(OutputStream.nullOutputStream()));
        }
        startWithPeer();
        manager.send(snapshot(1));
        await().until(() -> peer.open() == 3);

        assertThat(CompletableFuture.runAsync(manager::close)).succeedsWithin(Duration.ofSeconds(10));

        await().until(() -> peer.open() == 0);
    }

    @Test
    void shouldCloseInTimeWhenThePeerDoesNotRead() {
        peer.acceptStream(Lane.MSGAPP).on(ScriptedPeer.STREAM_MESSAGE, (head, in, out) -> {
            out.write(RequestHead.ascii(ScriptedStream.CONTINUE + ScriptedStream.ACCEPTED));
            // Reads no more until the connection is reset.
            while (true) {
                out.write(RequestHead.ascii("8\r\n\0\0\0\0\0\0\0\0\r\n"));
                Thread.onSpinWait();
            }
        });
        startWithPeer();
        awaitAttached();
        Message large = Transports.app(1, 60 << 20).toBuilder()
                .setType(MessageType.MsgProp)
                .build();
        manager.send(large);

        assertThat(CompletableFuture.runAsync(manager::close)).succeedsWithin(Duration.ofSeconds(10));

        assertThat(lane(manager, Lane.MESSAGE).sent()).isEqualTo(1);
        assertThat(lane(manager, Lane.MESSAGE).inDoubt()).isEqualTo(1);
    }

    @Test
    void shouldLeaveNoThreadAndNoConnectionWhenItIsClosed() {
        List<Thread> before = List.copyOf(Thread.getAllStackTraces().keySet());
        for (int cycle = 0; cycle < 10; cycle++) {
            configure(config());
            startAttached();
            manager.close();
        }

        await().untilAsserted(() -> assertThat(Thread.getAllStackTraces().keySet())
                .filteredOn(thread -> !before.contains(thread))
                .extracting(Thread::getName)
                .noneMatch(name -> name.startsWith("rafthttp-") || name.startsWith("HttpClient")));
        await().until(() -> peer.open() == 0);
    }
}
