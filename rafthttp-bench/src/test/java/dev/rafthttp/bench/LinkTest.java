package dev.rafthttp.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.rafthttp.raftpb.Message;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Every carrier does the same work: the messages that arrive are those that were sent. */
class LinkTest {
    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "SIDECAR") // which would be built by a build within this one
    void shouldDeliverEveryMessageWholeAndInOrderWhenSent(Carrier carrier) {
        Queue<Message> received = new ConcurrentLinkedQueue<>();
        List<Message> sent = new ArrayList<>();
        try (Link link = carrier.open(received::add)) {
            for (int size : new int[] {8, 128, 100_000}) {
                MsgApps messages = new MsgApps(Link.RECEIVER, 3, size);
                for (int i = 0; i < 20; i++) {
                    Message message = messages.next(i);
                    sent.add(message);
                    link.send(message);
                }
            }
            link.flush();
            await().until(() -> received.size() == sent.size());
            Message heartbeat = MsgApps.heartbeat(7);
            sent.add(heartbeat);
            link.send(heartbeat);
            await().until(() -> received.size() == sent.size());
        }

        assertThat(received).containsExactlyElementsOf(sent);
    }
}
