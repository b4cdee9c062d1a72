package dev.rafthttp.sidecar.member;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the executable logs when all is well. */
class LogTest extends SidecarFixture {
    @ParameterizedTest
    @ValueSource(strings = {"info", "debug"})
    void shouldComplainOfNothingAndLeaveOutWhatJettyDoesWithEveryByte(String level) throws Exception {
        ForkedMain sidecar = new ForkedMain(
                List.of("-Xmx64m"),
                List.of(
                        "sidecar",
                        "--member-id=a",
                        "--cluster-id=cafe",
                        "--peer=a=" + peerA,
                        "--listen-node=" + nodeA,
                        // As a relative path does that begins with "./".
                        "--snapshot-dir=" + folder + "/./snapshots",
                        "--state-dir=" + folder + "/./state",
                        "--log-level=" + level),
                folder.resolve("a.log"));
        running.add(sidecar);
        await().atMost(LIMIT)
                .ignoreExceptionsInstanceOf(IOException.class)
                .untilAsserted(() ->
                        assertThat(get(nodeA.resolve("/healthz")).statusCode()).isEqualTo(200));

        assertThat(sidecar.log().lines()).noneMatch(line -> line.contains(" WARN ") || line.contains(" ERROR "));
        assertThat(sidecar.log().lines())
                .filteredOn(line -> line.contains(" o.e.j"))
                .isEmpty();
    }
}
