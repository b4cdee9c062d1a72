package dev.rafthttp.resilience;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.rafthttp.Dialect;
import dev.rafthttp.Lane;
import dev.rafthttp.raftpb.Message;
import dev.rafthttp.raftpb.MessageType;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Two members that speak etcd's dialect to each other: each asks for the other's messages. */
class EtcdDialectTest {
    private final Map<Lane, Queue<Message>> atOne = inbox();
    private final Map<Lane, Queue<Message>> atTwo = inbox();
    private final TestMember one =
            new TestMember(1, (lane, message) -> atOne.get(lane).add(message));
    private final TestMember two =
            new TestMember(2, (lane, message) -> atTwo.get(lane).add(message));
    private final TcpLink toOne = new TcpLink(one.url());
    private final TcpLink toTwo = new TcpLink(two.url());

    private static Map<Lane, Queue<Message>> inbox() {
        Map<Lane, Queue<Message>> inbox = new ConcurrentHashMap<>();
        for (Lane lane : Lane.values()) {
            inbox.put(lane, new ConcurrentLinkedQueue<>());
        }
        return inbox;
    }

    @AfterEach
    void close() {
        one.close();
        two.close();
        toOne.close();
        toTwo.close();
    }

    private void introduce(Dialect ofTwo, Dialect ofOne) {
        one.transport().addPeer(two.id(), List.of(toTwo.url()), ofTwo);
        two.transport().addPeer(one.id(), List.of(toOne.url()), ofOne);
    }

    private void awaitStreams() {
        await().until(() -> one.isAttached(two.id(), Lane.MSGAPP)
                && one.isAttached(two.id(), Lane.MESSAGE)
                && two.isAttached(one.id(), Lane.MSGAPP)
                && two.isAttached(one.id(), Lane.MESSAGE));
    }

    private static Message app(long from, long to, long index) {
        return TestMember.message(MessageType.MsgApp, from, to, index);
    }

    private static Message heartbeat(long from, long to, long index) {
        return TestMember.message(MessageType.MsgHeartbeat, from, to, index);
    }

    @Test
    void shouldCarryEachMessageOnItsLaneWhenEachMemberDialsTheOther() {
        introduce(Dialect.ETCD, Dialect.ETCD);
        awaitStreams();

        for (int i = 0; i < 1000; i++) {
            one.transport().send(app(1, 2, i));
            one.transport().send(heartbeat(1, 2, i));
            two.transport().send(app(2, 1, i));
            two.transport().send(heartbeat(2, 1, i));
        }

        await().untilAsserted(() -> {
            assertIndexes(atTwo.get(Lane.MSGAPP), 1000);
            assertIndexes(atTwo.get(Lane.MESSAGE), 1000);
            assertIndexes(atOne.get(Lane.MSGAPP), 1000);
            assertIndexes(atOne.get(Lane.MESSAGE), 1000);
        });
        assertThat(atOne.get(Lane.PIPELINE)).isEmpty();
        assertThat(atTwo.get(Lane.PIPELINE)).isEmpty();
    }

    private static void assertIndexes(Queue<Message> messages, int count) {
        assertThat(messages).hasSize(count);
        assertThat(messages).extracting(Message::getIndex).isSorted();
    }

    @Test
    void shouldPostWhenThePeerHasNotDialled() {
        // Two takes one for a peer of the push dialect, and so never asks for its messages.
        introduce(Dialect.ETCD, Dialect.PUSH);

        one.transport().send(heartbeat(1, 2, 7));

        await().until(() -> atTwo.get(Lane.PIPELINE).size() == 1);
    }

    @Test
    void shouldDialAgainWhenConnectionsAreCut() {
        introduce(Dialect.ETCD, Dialect.ETCD);
        for (int i = 0; i < 10; i++) {
            awaitStreams();
            awaitOnAStream(i);
            toOne.cut();
            toTwo.cut();
        }
        awaitOnAStream(10);
    }

    /** Sends again and again, since what is sent into a cut connection is lost. */
    private void awaitOnAStream(long index) {
        await().until(() -> {
            one.transport().send(heartbeat(1, 2, index));
            return atTwo.get(Lane.MESSAGE).stream().anyMatch(each -> each.getIndex() == index);
        });
    }

    @Test
    void shouldRefuseTheStreamsAndPostWhenTheMembersTakeEachOtherForPeersOfDifferentDialects() {
        introduce(Dialect.PUSH, Dialect.ETCD);

        for (int i = 0; i < 100; i++) {
            int index = i;
            await().until(() -> {
                one.transport().send(heartbeat(1, 2, index));
                return atTwo.get(Lane.PIPELINE).stream().anyMatch(message -> message.getIndex() == index);
            });
        }
        assertThat(one.isAttached(two.id(), Lane.MESSAGE)).isFalse();
        assertThat(atTwo.get(Lane.MESSAGE)).isEmpty();
    }

    @Test
    void shouldSaySinceWhenThePeerIsActiveWhenOnlyItsMessagesAreRead() {
        one.transport().addPeer(two.id(), List.of(toTwo.url()), Dialect.ETCD);
        // Two does not reach one, and so never asks for its messages.
        two.transport().addPeer(one.id(), List.of(URI.create("http://127.0.0.1:1")), Dialect.ETCD);

        await().until(() -> one.transport().activeSince(two.id()).isPresent());
        assertThat(one.statusOf(two.id()).dialect()).isEqualTo(Dialect.ETCD);
        assertThat(one.isAttached(two.id(), Lane.MSGAPP)).isFalse();
    }

    @Test
    void shouldTurnToTheNextUrlWhenOneCannotBeDialled() {
        one.transport().addPeer(two.id(), List.of(URI.create("http://127.0.0.1:1"), toTwo.url()), Dialect.ETCD);
        two.transport().addPeer(one.id(), List.of(toOne.url()), Dialect.ETCD);

        awaitStreams();
    }
}
