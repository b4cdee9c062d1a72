package dev.rafthttp.sidecar.json;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rafthttp.ClusterId;
import dev.rafthttp.Dialect;
import dev.rafthttp.DropReason;
import dev.rafthttp.Lane;
import dev.rafthttp.MemberId;
import dev.rafthttp.PeerStatus;
import dev.rafthttp.PeerStatus.FollowerStatus;
import dev.rafthttp.PeerStatus.LaneFailure;
import dev.rafthttp.PeerStatus.LaneStatus;
import java.net.URI;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class DocumentsTest {
    private static final Instant NOW = Instant.parse("2026-11-30T20:00:00Z");

    private record Whole(
            MemberId member, ClusterId cluster, Optional<String> name, Optional<MemberId> toldBy, List<URI> urls) {}

    private static String line(Object document) {
        return Documents.line(Documents.object(document));
    }

    @Test
    void shouldLeaveOutWhatIsEmptyWhenARecordHasOptionals() {
        Whole whole = new Whole(
                MemberId.parse("a"),
                ClusterId.parse("cafe"),
                Optional.empty(),
                Optional.of(MemberId.parse("b")),
                List.of(URI.create("http://x/?a=1&c=2")));

        assertThat(line(whole))
                .isEqualTo("{\"member\":\"a\",\"cluster\":\"cafe\",\"toldBy\":\"b\",\"urls\":[\"http://x/?a=1&c=2\"]}");
    }

    @Test
    void shouldNameEverythingAsTheApiDoesWhenItIsAPeer() {
        LaneStatus lane = new LaneStatus(
                false,
                1,
                2,
                3,
                4,
                5,
                Map.of(DropReason.QUEUE_FULL, 6L),
                7,
                8,
                Optional.of(new LaneFailure(NOW, "connection refused")));
        PeerStatus peer = new PeerStatus(
                MemberId.parse("b"),
                List.of(URI.create("http://10.0.0.2:2380")),
                Dialect.ETCD,
                Optional.of(NOW),
                false,
                false,
                Map.of(Lane.MSGAPP, lane),
                9,
                new FollowerStatus(1, 2.5, 0.5, 1, 4, 5, 6),
                Optional.empty());

        assertThat(line(PeerDocument.of(peer, Optional.of("bert"))))
                .isEqualTo("{\"id\":\"b\",\"urls\":[\"http://10.0.0.2:2380\"],\"dialect\":\"etcd\","
                        + "\"activeSince\":\"2026-11-30T20:00:00Z\",\"received\":9,\"lanes\":{\"msgapp\":{"
                        + "\"attached\":false,\"queuedMessages\":1,\"queuedBytes\":2,\"sent\":3,\"delivered\":4,"
                        + "\"inDoubt\":5,\"dropped\":{\"queue_full\":6},"
                        + "\"roundTripP50Nanos\":7,\"roundTripP99Nanos\":8,\"lastFailure\":{"
                        + "\"time\":\"2026-11-30T20:00:00Z\",\"reason\":\"connection refused\"}}},"
                        + "\"follower\":{\"latency\":{\"currentNanos\":1,\"averageNanos\":2.5,"
                        + "\"standardDeviationNanos\":0.5,\"minimumNanos\":1,\"maximumNanos\":4},"
                        + "\"counts\":{\"success\":5,\"fail\":6}},\"name\":\"bert\"}");
    }

    @Test
    void shouldBeIndentedAndEndTheLineWhenItIsForPeople() {
        assertThat(Documents.text(Map.of("error", "a < b"))).isEqualTo("{\n  \"error\": \"a < b\"\n}\n");
    }
}
