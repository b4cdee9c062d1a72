package dev.rafthttp.sidecar.relay;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rafthttp.HeapLimits;
import dev.rafthttp.options.LogNames;
import dev.rafthttp.raftpb.Message;
import dev.rafthttp.raftpb.MessageType;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A relay whose next hop turns out to be the relay itself, which nothing showed at its start. */
class RelayLoopTest {
    private final URI front = Relays.freeUrl();
    private final URI frontOfB = Relays.freeUrl();
    private final ScriptedOrigin memberB = new ScriptedOrigin();
    private Relay relay;

    @TempDir
    private Path folder;

    @BeforeEach
    void start() {
        URI itself = URI.create("http://localhost:" + front.getPort());
        relay = new Relay(
                new LogNames(),
                new RelayOptions(
                        Relays.alone(),
                        List.of(
                                Relays.member(Relays.A, front, itself),
                                Relays.member(Relays.B, frontOfB, memberB.url())),
                        Relays.freeUrl(),
                        Optional.empty(),
                        Duration.ofSeconds(2),
                        folder,
                        HeapLimits.OF_JVM));
        relay.start();
    }

    @AfterEach
    void close() {
        relay.close();
        memberB.close();
    }

    @Test
    void shouldAnswerThatThereIsALoopWhenARequestComesBack() {
        assertLoop("GET /version HTTP/1.1\nHost: a\n\n", new byte[0]);
        assertLoop("POST /raft/snapshot HTTP/1.1\nHost: a\nContent-Length: 0\n\n", new byte[0]);
        byte[] message = Message.newBuilder()
                .setType(MessageType.MsgApp)
                .setFrom(Relays.B.value())
                .setTo(Relays.A.value())
                .setTerm(1)
                .build()
                .toByteArray();
        assertLoop(
                "POST /raft HTTP/1.1\nHost: a\nX-Server-From: b\nContent-Length: " + message.length + "\n\n", message);
    }

    @Test
    void shouldBeHeardToSayThatThereIsALoopWhenTheWholeSnapshotIsWrittenFirst() {
        String via = viaOfTheRelay();
        byte[] database = new byte[64 << 20];
        assertLoop(
                "POST /raft/snapshot HTTP/1.1\nHost: a\nVia: " + via + "\nContent-Length: " + database.length + "\n\n",
                database);
    }

    private String viaOfTheRelay() {
        try (RawConnection client = RawConnection.to(frontOfB);
                RawConnection next = askForVersion(client)) {
            return next.head()
                    .lines()
                    .filter(line -> line.startsWith("Via: "))
                    .map(line -> line.substring("Via: ".length()))
                    .findFirst()
                    .orElseThrow();
        }
    }

    private RawConnection askForVersion(RawConnection client) {
        client.send("GET /version HTTP/1.1\nHost: b\n\n");
        return memberB.accept();
    }

    private void assertLoop(String head, byte[] body) {
        try (RawConnection client = RawConnection.to(front)) {
            client.send(head).send(body);

            assertThat(client.head()).as(head).startsWith("HTTP/1.1 508 ");
            String line = "the relay's next hop is the relay itself, at the front of member a";
            assertThat(client.text(line.length())).isEqualTo(line);
        }
    }
}
