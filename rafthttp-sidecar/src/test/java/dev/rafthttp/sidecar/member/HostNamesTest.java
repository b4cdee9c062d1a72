package dev.rafthttp.sidecar.member;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.DataInputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Members whose hosts have names that etcd takes and RFC 2396 forbids; a file of hosts says where they are. */
class HostNamesTest extends SidecarFixture {
    private void start(String id, URI node, String dialect, String... peers) throws IOException {
        Path hosts = Files.writeString(
                folder.resolve("hosts"), "127.0.0.1 localhost\n127.0.0.1 galera_etcd\n127.0.0.1 node.1\n");
        running.add(new ForkedMain(
                List.of("-Xmx128m", "-Djdk.net.hosts.file=" + hosts),
                List.of(
                        "sidecar",
                        "--member-id=" + id,
                        "--cluster-id=cafe",
                        "--peer=" + peers[0],
                        "--peer=" + peers[1],
                        "--peer-dialect=" + dialect,
                        "--server-version=3.4.23",
                        "--listen-node=" + node,
                        "--snapshot-dir=" + folder.resolve("snapshots-" + id),
                        "--state-dir=" + folder.resolve("state-" + id)),
                folder.resolve(id + ".log")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"push", "etcd"})
    void shouldCarryMessagesBetweenHostsThatEtcdTakes(String dialect) throws Exception {
        String a = "a=http://galera_etcd:" + peerA.getPort();
        String b = "b=http://node.1:" + peerB.getPort();
        start("a", nodeA, dialect, a, b);
        start("b", nodeB, dialect, a, b);
        await().atMost(LIMIT)
                .ignoreExceptionsInstanceOf(IOException.class)
                .untilAsserted(() ->
                        assertThat(get(nodeB.resolve("/healthz")).statusCode()).isEqualTo(200));
        await().atMost(LIMIT)
                .ignoreExceptionsInstanceOf(IOException.class)
                .untilAsserted(() ->
                        assertThat(get(nodeA.resolve("/healthz")).statusCode()).isEqualTo(200));
        awaitStreams();

        assertThat(post(frames(1, 100)).statusCode()).isEqualTo(200);

        DataInputStream received = read();
        for (long index = 1; index <= 100; index++) {
            assertThat(next(received)).isEqualTo(Sidecars.message(index));
        }
        assertThat(get(peerA.resolve("/version")).body())
                .isEqualTo("{\"etcdserver\":\"3.4.23\",\"etcdcluster\":\"3.0.0\",\"storage\":\"unknown\"}");
        assertThat(get(nodeA.resolve("/v1/peers")).body()).contains("http://node.1:" + peerB.getPort());
    }
}
