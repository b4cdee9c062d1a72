package dev.rafthttp.sidecar.member;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Lines of mistakes of the node's author, which are limited, and on which thread lines are. */
class LimitedLinesTest extends SidecarFixture {
    private final CapturedLines node = new CapturedLines("dev.rafthttp.sidecar");

    @AfterEach
    void detach() {
        node.close();
    }

    @Test
    void shouldTellOfEachKindOfRefusalWhenTheyComeOneAfterAnother() throws Exception {
        a();
        byte[] body = "[]".getBytes(StandardCharsets.UTF_8);

        for (String peer : new String[] {"c", "d", "e"}) {
            ask("PUT", nodeA.resolve("/v1/peers/" + peer), "text/plain", body);
        }
        ask("PUT", nodeA.resolve("/v1/peers/c"), "application/json", body);
        ask("POST", nodeA.resolve("/v1/messages"), "application/octet-stream", new byte[] {0});
        ask("POST", nodeA.resolve("/v1/messages"), "text/plain", body);

        assertThat(node.lines())
                .filteredOn(line -> line.contains("is refused with"))
                .satisfiesExactly(
                        line -> assertThat(line).contains("PUT /v1/peers/c", "415"),
                        line -> assertThat(line).contains("PUT /v1/peers/c", "400"),
                        line -> assertThat(line).contains("POST /v1/messages", "400"),
                        line -> assertThat(line).contains("POST /v1/messages", "415"));
    }

    @Test
    void shouldTellOfEachReasonForWhichTheNodesMessagesAreDropped() throws Exception {
        a();

        post(Sidecars.frame(Sidecars.message(1).toBuilder().setTo(0x99).build()));
        post(Sidecars.frame(Sidecars.message(1).toBuilder().setTo(0x98).build()));
        post(Sidecars.frame(Sidecars.message(1).toBuilder().setFrom(0x99).build()));

        assertThat(node.lines())
                .filteredOn(line -> line.contains("is dropped"))
                .satisfiesExactly(
                        line -> assertThat(line).contains("unknown_peer"),
                        line -> assertThat(line).contains("from_mismatch"));
    }

    @Test
    void shouldNameTheThreadThatPostsToTheNode() {
        b(Optional.of(Sidecars.freeUrl()));

        await().atMost(LIMIT)
                .untilAsserted(() -> assertThat(node.threadsOf("the node does not take messages"))
                        .isNotEmpty()
                        .allMatch(thread -> thread.matches("callback-\\d+")));
    }
}
