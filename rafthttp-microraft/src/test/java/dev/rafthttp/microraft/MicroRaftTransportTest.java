package dev.rafthttp.microraft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import dev.rafthttp.MemberId;
import dev.rafthttp.RaftTransport;
import dev.rafthttp.fixture.LogLines;
import dev.rafthttp.microraft.fixture.MicroRaftMessages;
import dev.rafthttp.microraft.fixture.TextOperations;
import dev.rafthttp.raftpb.Message;
import io.microraft.model.impl.DefaultRaftModelFactory;
import io.microraft.model.message.RaftMessage;
import java.lang.reflect.Proxy;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class MicroRaftTransportTest {
    private static final MemberId TWO = new MemberId(2);

    private final MicroRaftMessages random = new MicroRaftMessages(1);
    private final RaftpbMapping mapping =
            new RaftpbMapping(MicroRaftMessages.GROUP, new DefaultRaftModelFactory(), new TextOperations());
    private final List<Message> sent = new ArrayList<>();
    private final Set<MemberId> reachable = new HashSet<>();
    private final MicroRaftTransport transport = new MicroRaftTransport(mapping, recording());

    @Test
    void shouldSendToTheMemberWhenAnEndpointNamesIt() {
        transport.send(new MemberEndpoint(TWO), random.vote(true));

        assertThat(sent)
                .singleElement()
                .satisfies(message -> assertThat(message.getTo()).isEqualTo(TWO.value()));
    }

    @Test
    void shouldSaySoAndNotThrowWhenAMessageCannotBeMapped() {
        RaftMessage foreign = random.append(List.of(random.entry(7)));

        assertSaid(transport, foreign, "to member 2");
    }

    @Test
    void shouldSaySoAndNotThrowWhenAMessageCannotBeSent() {
        MicroRaftTransport closed = new MicroRaftTransport(
                mapping,
                message -> {
                    throw new IllegalStateException("on purpose");
                },
                reachable::contains);

        assertSaid(closed, random.vote(true), "to member 2");
    }

    @Test
    void shouldCallAMemberReachableWhenTheTransportDoes() {
        assertThat(transport.isReachable(new MemberEndpoint(TWO))).isFalse();

        reachable.add(TWO);

        assertThat(transport.isReachable(new MemberEndpoint(TWO))).isTrue();
        assertThat(transport.isReachable(() -> "no member")).isFalse();
    }

    private static void assertSaid(MicroRaftTransport transport, RaftMessage message, String end) {
        try (LogLines log = LogLines.of(MicroRaftTransport.class)) {
            assertThatCode(() -> transport.send(new MemberEndpoint(TWO), message))
                    .doesNotThrowAnyException();

            assertThat(log.texts()).singleElement().asString().endsWith(end);
        }
    }

    /** A transport of which MicroRaft's uses two methods. */
    private RaftTransport recording() {
        return (RaftTransport) Proxy.newProxyInstance(
                RaftTransport.class.getClassLoader(),
                new Class<?>[] {RaftTransport.class},
                (proxy, method, arguments) -> {
                    switch (method.getName()) {
                        case "send" -> {
                            sent.add((Message) arguments[0]);
                            return null;
                        }
                        case "activeSince" -> {
                            return reachable.contains(arguments[0]) ? Optional.of(Instant.EPOCH) : Optional.empty();
                        }
                        default -> throw new AssertionError(method);
                    }
                });
    }
}
