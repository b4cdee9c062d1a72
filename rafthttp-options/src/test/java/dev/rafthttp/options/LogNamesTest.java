package dev.rafthttp.options;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.LoggingEvent;
import com.google.gson.JsonParser;
import dev.rafthttp.ClusterId;
import dev.rafthttp.MemberId;
import dev.rafthttp.RaftCallback;
import dev.rafthttp.TransportConfig;
import dev.rafthttp.fixture.FreeUrls;
import dev.rafthttp.fixture.LogLines;
import dev.rafthttp.fixture.RecordingCallback;
import dev.rafthttp.raftpb.Message;
import dev.rafthttp.raftpb.MessageType;
import dev.rafthttp.transport.JettyRaftTransport;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

/** Members by name in the lines of the transport. */
class LogNamesTest {
    private static final MemberId LOCAL = MemberId.parse("a1");
    private static final MemberId PEER = MemberId.parse("b2");

    private final LogNames names = new LogNames();

    @BeforeEach
    void name() {
        names.put(LOCAL, "ann");
        names.put(PEER, "bob $1");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "lost the message stream to peer b2: reset | lost the message stream to peer bob $1 (b2): reset",
                "no stream to peer b2 (message lane) | no stream to peer bob $1 (b2) (message lane)",
                "from member \"b2\" at 10.0.0.1 | from member bob $1 (\"b2\") at 10.0.0.1",
                "added remote b2 at http://b2:1 | added remote bob $1 (b2) at http://b2:1",
                "peer c3 is gone | peer c3 is gone",
                "peer b2c | peer b2c",
                "peer b2.example:80 | peer b2.example:80",
                "sidecar of member a1 (b2) in | sidecar of member a1 (b2) in",
                "member bob $1 (b2) | member bob $1 (b2)",
            })
    void shouldNameAMemberWhereALineHasItsId(String line, String expected) {
        assertThat(names.named(line)).isEqualTo(expected);
    }

    @Test
    void shouldKnowTheNewNameWhenAMemberGetsAnother() {
        names.put(PEER, "bert");

        assertThat(names.named("peer b2 answers probes")).isEqualTo("peer bert (b2) answers probes");
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void shouldKeepAllElseOfALineInBothFormats(boolean json) {
        LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
        LoggingEvent line = new LoggingEvent(
                LogNamesTest.class.getName(),
                context.getLogger("the.logger"),
                Level.WARN,
                "lost peer {}",
                new IllegalStateException("reset"),
                new Object[] {PEER});
        line.setThreadName("the-thread");

        String text =
                new String(new Logs(json, "info").encoder(context).encode(names.named(line)), StandardCharsets.UTF_8);

        assertThat(text)
                .contains("the.logger", "the-thread", "WARN", "IllegalStateException", "reset")
                .contains("LogNamesTest.java");
        String said = json
                ? JsonParser.parseString(text)
                        .getAsJsonObject()
                        .get("formattedMessage")
                        .getAsString()
                : text;
        assertThat(said).contains("lost peer bob $1 (b2)");
    }

    /** As PeerLedger, ClusterGuard and StreamDialer write them. */
    @Test
    void shouldNameMembersInTheLinesOfTheTransport() throws Exception {
        RaftCallback raft = new RecordingCallback();
        TransportConfig config =
                TransportConfig.builder(LOCAL, new ClusterId(0xc1)).build();
        JettyRaftTransport transport =
                JettyRaftTransport.builder(config, raft).listen("127.0.0.1", 0).build();
        try (LogLines dialer = LogLines.named("dev.rafthttp.client.StreamDialer");
                LogLines guard = LogLines.named("dev.rafthttp.server.ClusterGuard");
                LogLines drops = LogLines.named("dev.rafthttp.ledger.DropLog")) {
            transport.addPeer(PEER, List.of(FreeUrls.next()));
            transport.start();
            URI stream = transport.urls().get(0).resolve("/raft/stream/message/b2");
            HttpClient.newHttpClient()
                    .send(
                            HttpRequest.newBuilder(stream)
                                    .header("X-Server-From", "b2")
                                    .header("X-Etcd-Cluster-ID", "beef")
                                    .build(),
                            BodyHandlers.discarding());
            for (int i = 0; i < 10_000; i++) {
                transport.send(Message.newBuilder()
                        .setType(MessageType.MsgHeartbeat)
                        .setFrom(LOCAL.value())
                        .setTo(PEER.value())
                        .setTerm(1)
                        .build());
            }

            Awaitility.await()
                    .untilAsserted(() -> assertThat(List.of(dialer, guard, drops))
                            .allSatisfy(lines -> assertThat(named(lines))
                                    .anySatisfy(text -> assertThat(text).containsPattern("bob \\$1 \\(\"?b2\"?\\)"))));
        } finally {
            transport.close();
        }
    }

    private List<String> named(LogLines lines) {
        return lines.all().stream()
                .map(names::named)
                .map(ILoggingEvent::getFormattedMessage)
                .toList();
    }
}
