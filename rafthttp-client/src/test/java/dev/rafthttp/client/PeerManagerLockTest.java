package dev.rafthttp.client;

import static dev.rafthttp.client.Transports.NOWHERE;
import static dev.rafthttp.client.Transports.REMOTE;
import static dev.rafthttp.client.Transports.config;
import static dev.rafthttp.client.Transports.heartbeat;
import static org.assertj.core.api.Assertions.assertThat;

import dev.rafthttp.DropReason;
import dev.rafthttp.Lane;
import dev.rafthttp.MemberId;
import dev.rafthttp.metrics.PeerMetrics;
import dev.rafthttp.raftpb.MessageType;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The user's code, called while a peer is closed, may wait for another thread that changes the membership. */
class PeerManagerLockTest {
    private static final MemberId OTHER = MemberId.parse("c3");

    private final List<String> outcomes = new CopyOnWriteArrayList<>();
    private final PeerManager manager = new PeerManager(config().build(), new Reports(), id -> new PeerMetrics() {
        @Override
        public void dropped(Lane lane, MessageType type, DropReason reason) {
            outcomes.add(addOnAnotherThread());
        }
    });

    @AfterEach
    void close() {
        manager.close();
    }

    private String addOnAnotherThread() {
        try {
            return CompletableFuture.supplyAsync(() -> {
                        manager.addPeer(OTHER, List.of(NOWHERE));
                        return "added";
                    })
                    .get(5, TimeUnit.SECONDS);
        } catch (Exception e) {
            return e.toString();
        }
    }

    private enum Change {
        REMOVE_ONE(manager -> manager.removePeer(REMOTE)),
        REMOVE_ALL(PeerManager::removeAllPeers),
        CLOSE(PeerManager::close);

        private final Consumer<PeerManager> change;

        Change(Consumer<PeerManager> change) {
            this.change = change;
        }
    }

    @ParameterizedTest
    @EnumSource
    void shouldHoldNoLockWhileAPeerIsClosed(Change change) {
        manager.addPeer(REMOTE, List.of(NOWHERE));
        manager.send(heartbeat(1));

        change.change.accept(manager);

        assertThat(outcomes).containsExactly("added");
    }
}
