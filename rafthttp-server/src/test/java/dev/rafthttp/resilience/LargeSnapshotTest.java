package dev.rafthttp.resilience;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rafthttp.ClusterId;
import dev.rafthttp.MemberId;
import dev.rafthttp.RaftCallback;
import dev.rafthttp.SnapshotReceiver;
import dev.rafthttp.TransportConfig;
import dev.rafthttp.fixture.GeneratedDatabase;
import dev.rafthttp.fixture.RecordingCallback;
import dev.rafthttp.raftpb.Message;
import dev.rafthttp.raftpb.MessageType;
import dev.rafthttp.transport.JettyRaftTransport;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;

/** A snapshot takes the same memory whatever the size of its database. */
class LargeSnapshotTest {
    private static final long DATABASE_BYTES = 1L << 30;

    @Test
    void shouldSendAndReceiveOneGibibyteWhenTheHeapIsAnEighthOfThat() throws Exception {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx128m",
                        // Beside the heap the limit holds for what Jetty's pools have outside of it.
                        "-XX:MaxDirectMemorySize=32m",
                        "-cp",
                        System.getProperty("java.class.path"),
                        SmallHeap.class.getName())
                .redirectErrorStream(true)
                .start();
        String output = read(process);

        assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
        assertThat(output)
                .containsPattern("sent 1073741824 bytes of checksum ([0-9a-f]+), received 1073741824 of \\1\\R");
        assertThat(process.exitValue()).isZero();
    }

    private static String read(Process process) throws IOException {
        try (var in = process.getInputStream()) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    /** Both members in a JVM whose heap holds an eighth of the database. */
    static final class SmallHeap {
        public static void main(String[] args) throws Exception {
            long[] received = new long[2];
            SnapshotReceiver receiver = (snapshot, database) -> {
                CRC32C checksum = new CRC32C();
                byte[] buffer = new byte[64 << 10];
                for (int read = database.read(buffer); read >= 0; read = database.read(buffer)) {
                    checksum.update(buffer, 0, read);
                    received[0] += read;
                }
                received[1] = checksum.getValue();
                return RaftCallback.TAKEN;
            };
            try (JettyRaftTransport from = member(1, SnapshotReceiver.NONE);
                    JettyRaftTransport to = member(2, receiver)) {
                from.addPeer(new MemberId(2), to.urls());
                to.addPeer(new MemberId(1), from.urls());
                GeneratedDatabase database = new GeneratedDatabase(1, DATABASE_BYTES);
                from.sendSnapshot(snapshot(), database, DATABASE_BYTES)
                        .toCompletableFuture()
                        .get(1, TimeUnit.MINUTES);
                System.out.printf(
                        "sent %d bytes of checksum %x, received %d of %x%n",
                        database.position(), database.checksum(), received[0], received[1]);
            }
        }

        private static Message snapshot() {
            return TestMember.message(MessageType.MsgSnap, 1, 2, 0);
        }

        private static JettyRaftTransport member(long id, SnapshotReceiver receiver) {
            JettyRaftTransport transport = JettyRaftTransport.builder(
                            TransportConfig.builder(new MemberId(id), new ClusterId(0xcafe))
                                    .build(),
                            new RecordingCallback())
                    .listen("127.0.0.1", 0)
                    .snapshotReceiver(receiver)
                    .build();
            transport.start();
            return transport;
        }
    }
}
