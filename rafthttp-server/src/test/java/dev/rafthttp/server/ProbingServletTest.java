package dev.rafthttp.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rafthttp.Protocol;
import dev.rafthttp.server.ScriptedPeer.Answer;
import dev.rafthttp.server.ScriptedPeer.Request;
import java.time.Duration;
import java.time.Instant;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ProbingServletTest {
    private static final Pattern HEALTH = Pattern.compile("\\{\"OK\":true,\"Now\":\"([^\"]+)\"}\n");

    private final ReceivingMember member = new ReceivingMember();

    @AfterEach
    void close() {
        member.close();
    }

    @Test
    void shouldSayThatItIsWellAndWhatTimeItHas() throws Exception {
        Answer answer = ScriptedPeer.exchange(member, new Request("GET", Protocol.PROBING_PATH), new byte[0]);

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.header("Content-Type")).isEqualTo("application/json");
        Matcher health = HEALTH.matcher(answer.body());
        assertThat(health.matches()).as(answer.body()).isTrue();
        assertThat(Duration.between(Instant.parse(health.group(1)), Instant.now())
                        .abs())
                .isLessThan(Duration.ofMinutes(1));
    }

    @Test
    void shouldAnswerAnyoneEvenBeforeTheTransportRuns() throws Exception {
        member.running = false;

        Request bare = new Request("GET", Protocol.PROBING_PATH)
                .without(Protocol.CLUSTER_ID)
                .without(Protocol.SERVER_VERSION);

        assertThat(ScriptedPeer.exchange(member, bare, new byte[0]).status()).isEqualTo(200);
    }
}
