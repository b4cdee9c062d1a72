package dev.rafthttp.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import dev.rafthttp.ClusterId;
import dev.rafthttp.MemberId;
import dev.rafthttp.RaftCallback;
import dev.rafthttp.RaftTransport;
import dev.rafthttp.RemovedMemberException;
import dev.rafthttp.SnapshotStatus;
import dev.rafthttp.TransportConfig;
import dev.rafthttp.raftpb.Message;
import io.microraft.model.RaftModelFactory;
import io.microraft.model.impl.DefaultRaftModelFactory;
import io.microraft.model.message.RaftMessage;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class RaftOutboxTest {
    private static final MemberId ONE = new MemberId(1);
    private static final MemberId TWO = new MemberId(2);

    private final RaftModelFactory models = new DefaultRaftModelFactory();
    private final RandomMessages random = new RandomMessages(1);
    private final CompletableFuture<Message> received = new CompletableFuture<>();
    private final MemoryNetwork network = new MemoryNetwork();
    private final RaftTransport one = transport(ONE);
    private final RaftTransport two = transport(TWO);
    private final PeerLink link = new TransportLink(one, Map.of(TWO, URI.create("http://127.0.0.1:1")));
    private final RaftOutbox outbox = new RaftOutbox(link, new ToRaftpb(RandomMessages.GROUP, new Operations(models)));

    @BeforeEach
    void start() {
        link.start();
        two.start();
    }

    @AfterEach
    void close() {
        link.close();
        two.close();
    }

    @Test
    void shouldSendToTheMemberWhenAnEndpointNamesIt() {
        outbox.send(new MemberEndpoint(TWO), random.vote(true));

        assertThat(received)
                .succeedsWithin(5, TimeUnit.SECONDS)
                .satisfies(message -> assertThat(message.getTo()).isEqualTo(TWO.value()));
    }

    @Test
    void shouldSaySoAndNotThrowWhenAMessageCannotBeMapped() {
        RaftMessage foreign = random.append(List.of(random.entry("an operation of another store")));
        try (CapturedLog log = new CapturedLog(RaftOutbox.class)) {
            assertThatCode(() -> outbox.send(new MemberEndpoint(TWO), foreign)).doesNotThrowAnyException();

            assertThat(log.messages()).singleElement().asString().endsWith("to member 2");
        }
    }

    @Test
    void shouldCallAMemberReachableWhenTheTransportDoes() {
        assertThat(outbox.isReachable(new MemberEndpoint(TWO))).isTrue();

        two.close();

        assertThat(outbox.isReachable(new MemberEndpoint(TWO))).isFalse();
        assertThat(outbox.isReachable(() -> "no member")).isFalse();
    }

    private RaftTransport transport(MemberId member) {
        return network.create(TransportConfig.builder(member, new ClusterId(1)).build(), new Receiver(), 1);
    }

    /** Keeps the first message. */
    private final class Receiver implements RaftCallback {
        @Override
        public void process(Message message) {
            received.complete(message);
        }

        @Override
        public boolean isIdRemoved(MemberId id) {
            return false;
        }

        @Override
        public void reportUnreachable(MemberId id) {
            throw new AssertionError("member " + id + " is unreachable");
        }

        @Override
        public void reportSnapshot(MemberId id, SnapshotStatus status) {
            throw new AssertionError("no snapshot was sent");
        }

        @Override
        public void reportRemoved(RemovedMemberException cause) {
            throw new AssertionError("nobody was removed", cause);
        }
    }
}
