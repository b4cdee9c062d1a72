package dev.rafthttp.microraft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rafthttp.MemberId;
import dev.rafthttp.RemovedMemberException;
import dev.rafthttp.fixture.LogLines;
import dev.rafthttp.microraft.fixture.MicroRaftMessages;
import dev.rafthttp.microraft.fixture.TextOperations;
import dev.rafthttp.raftpb.Message;
import dev.rafthttp.raftpb.MessageType;
import io.microraft.RaftNode;
import io.microraft.model.impl.DefaultRaftModelFactory;
import io.microraft.model.message.RaftMessage;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class MicroRaftCallbackTest {
    private static final MemberId ONE = new MemberId(1);

    private final MicroRaftMessages random = new MicroRaftMessages(1);
    private final RaftpbMapping mapping =
            new RaftpbMapping(MicroRaftMessages.GROUP, new DefaultRaftModelFactory(), new TextOperations());
    /** What the node was asked to do, and who was told of the removal, in order. */
    private final List<Object> calls = new ArrayList<>();

    private final MicroRaftCallback callback = new MicroRaftCallback(ONE, mapping, calls::add);

    @Test
    void shouldGiveTheNodeMicroRaftsMessageWhenOneComes() throws Exception {
        RaftMessage vote = random.vote(true);
        callback.attach(node());

        callback.process(mapping.write(new MemberEndpoint(ONE), vote));

        assertThat(calls)
                .singleElement()
                .usingRecursiveComparison()
                .usingOverriddenEquals()
                .isEqualTo(vote);
    }

    @Test
    void shouldRefuseAMessageWhenMicroRaftHasNoneOfItsType() {
        callback.attach(node());
        Message proposal =
                Message.newBuilder().setType(MessageType.MsgProp).setFrom(2).build();

        assertThatThrownBy(() -> callback.process(proposal)).hasMessageContaining("MsgProp");
        assertThat(calls).isEmpty();
    }

    @Test
    void shouldSaySoWhenNoNodeIsAttached() {
        Message vote = mapping.write(new MemberEndpoint(ONE), random.vote(true));

        assertThatThrownBy(() -> callback.process(vote))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("member 1");
    }

    @Test
    void shouldEndTheNodeAndThenTellWhenTheMemberIsRemoved() {
        callback.attach(node());
        RemovedMemberException cause = new RemovedMemberException(new MemberId(2), "no more");

        try (LogLines log = LogLines.of(MicroRaftCallback.class)) {
            callback.reportRemoved(cause);

            assertThat(log.texts()).containsExactly("member 1 has been removed from its cluster and stops: no more");
        }
        assertThat(calls).containsExactly("terminate", cause);
    }

    /** A node of which the callback uses two methods. */
    private RaftNode node() {
        return (RaftNode) Proxy.newProxyInstance(
                RaftNode.class.getClassLoader(), new Class<?>[] {RaftNode.class}, (proxy, method, arguments) -> {
                    switch (method.getName()) {
                        case "handle" -> {
                            calls.add(arguments[0]);
                            return null;
                        }
                        case "terminate" -> {
                            calls.add("terminate");
                            return CompletableFuture.completedFuture(null);
                        }
                        default -> throw new AssertionError(method);
                    }
                });
    }
}
