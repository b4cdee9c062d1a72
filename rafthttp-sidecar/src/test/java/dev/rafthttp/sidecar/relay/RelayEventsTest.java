package dev.rafthttp.sidecar.relay;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonParser;
import dev.rafthttp.Dialect;
import dev.rafthttp.HeapLimits;
import dev.rafthttp.MemberId;
import dev.rafthttp.TransportConfig;
import dev.rafthttp.fixture.RecordingCallback;
import dev.rafthttp.options.LogNames;
import dev.rafthttp.sidecar.events.EventReader;
import dev.rafthttp.sidecar.relay.standin.RelayMember;
import dev.rafthttp.sidecar.relay.standin.Topology;
import dev.rafthttp.transport.JettyRaftTransport;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code GET /v1/events} of a running relay, between members that speak etcd's dialect. */
class RelayEventsTest {
    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final List<AutoCloseable> running = new ArrayList<>();

    /** Where the members really listen, and where they look for each other. */
    private final Map<MemberId, URI> targets = Map.of(Relays.A, Relays.freeUrl(), Relays.B, Relays.freeUrl());

    private final Map<MemberId, URI> fronts = Map.of(Relays.A, Relays.freeUrl(), Relays.B, Relays.freeUrl());

    @TempDir
    private Path folder;

    private URI api = Relays.freeUrl();

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable each : running) {
            each.close();
        }
    }

    private void startRelay(Topology topology, RelayMember... members) {
        Relay relay = new Relay(
                new LogNames(),
                new RelayOptions(
                        topology,
                        List.of(members),
                        api,
                        Optional.empty(),
                        Duration.ofSeconds(2),
                        folder,
                        HeapLimits.OF_JVM));
        running.add(relay);
        relay.start();
    }

    private void startRelayOfBoth() {
        startRelay(Relays.alone(), atTarget(Relays.A), atTarget(Relays.B));
    }

    private RelayMember atTarget(MemberId id) {
        return Relays.member(id, fronts.get(id), targets.get(id));
    }

    /** An etcd member, as far as its transport goes. */
    private JettyRaftTransport startMember(MemberId id, URI listen) {
        JettyRaftTransport transport = JettyRaftTransport.builder(
                        TransportConfig.builder(id, Relays.CLUSTER)
                                .peerUrls(List.of(fronts.get(id)))
                                .peerDialect(Dialect.ETCD)
                                .build(),
                        new RecordingCallback())
                .listen(listen.getHost(), listen.getPort())
                .build();
        running.add(0, transport);
        fronts.forEach((peer, front) -> {
            if (!peer.equals(id)) {
                transport.addPeer(peer, List.of(front));
            }
        });
        transport.start();
        return transport;
    }

    private EventReader events(String lastId) throws Exception {
        EventReader reader = EventReader.open(http, api, lastId);
        running.add(0, reader);
        return reader;
    }

    private HttpResponse<String> ask(String method, String path, String body) throws Exception {
        return http.send(
                HttpRequest.newBuilder(api.resolve(path))
                        .method(method, BodyPublishers.ofString(body))
                        .header("Content-Type", "application/json")
                        .build(),
                BodyHandlers.ofString());
    }

    @Test
    void shouldTellThatLanesAreAttachedAndWhyTheyAreDetached() throws Exception {
        startRelayOfBoth();
        startMember(Relays.A, targets.get(Relays.A));
        EventReader events = events("");

        JettyRaftTransport b = startMember(Relays.B, targets.get(Relays.B));
        events.await("lane-attached", "\"from\":\"b\",\"to\":\"a\",\"lane\":\"message\"", "\"time\":\"");
        String id = events.lastId();
        b.close();

        String data = events.await("lane-detached", "\"from\":\"b\",\"to\":\"a\",\"lane\":\"message\"");
        assertThat(JsonParser.parseString(data).getAsJsonObject().get("reason").getAsString())
                .isNotBlank();
        assertThat(events(id).await("lane-detached", "\"from\":\"b\",\"to\":\"a\",\"lane\":\"message\""))
                .isEqualTo(data);
    }

    @Test
    void shouldTellOfATargetThatIsNotReachedAndOfTheStreamsRefusedForIt() throws Exception {
        startRelayOfBoth();
        EventReader events = events("");

        startMember(Relays.A, targets.get(Relays.A));

        assertThat(events.await("dial-failed", "\"member\":\"b\"", "\"lane\":\"message\""))
                .contains(
                        "\"nextHop\":\"target\",\"standIn\":\"a\"",
                        "\"dials\":1,\"total\":1",
                        targets.get(Relays.B).toString());
        assertThat(events.await("request-refused", "\"front\":\"b\"", "\"request\":\"stream\""))
                .contains("\"from\":\"a\"", "\"status\":503", "\"reason\":\"peer unreachable\"");
    }

    @Test
    void shouldTellOfAnUplinkThatIsNotReached() throws Exception {
        URI uplink = Relays.freeUrl();
        startRelay(
                new Topology(Relays.CLUSTER, Optional.of(Relays.A), Optional.of(Relays.freeUrl())),
                atTarget(Relays.A),
                Relays.member(Relays.B, fronts.get(Relays.B), uplink));
        String begin = ids(events(""));

        assertThat(events(begin + "-0-0").await("dial-failed", "\"member\":\"b\"", "\"lane\":\"msgapp\""))
                .contains("\"nextHop\":\"uplink\",\"standIn\":\"a\"", uplink.toString());
    }

    private static String ids(EventReader events) throws Exception {
        return JsonParser.parseString(events.await("run"))
                .getAsJsonObject()
                .get("run")
                .getAsString();
    }

    @Test
    void shouldTellWhichMembersAreAddedUpdatedAndRemoved() throws Exception {
        startRelayOfBoth();
        EventReader events = events("");
        String run = ids(events);
        URI front = Relays.freeUrl();
        String c = "{\"name\":\"carl\",\"front\":\"" + front + "\",\"target\":\"";

        ask("PUT", "/v1/members/c", c + "http://127.0.0.1:1\"}");
        ask("PUT", "/v1/members/c", c + "http://127.0.0.1:2\"}");
        ask("DELETE", "/v1/members/c", "");
        ask("DELETE", "/v1/members/c", "");
        ask("DELETE", "/v1/members/d", "");

        assertThat(events.await("member-added"))
                .contains("{\"member\":\"c\",\"name\":\"carl\",\"front\":[\"" + front
                        + "\"],\"target\":\"http://127.0.0.1:1\",");
        assertThat(events.await("member-updated")).contains("\"target\":\"http://127.0.0.1:2\"");
        assertThat(events.await("member-removed"))
                .contains("{\"member\":\"c\",\"reason\":\"DELETE /v1/members/c\",\"time\":");
        assertThat(events.await("member-removed")).contains("\"member\":\"d\"");
        assertThat(ask("GET", "/v1/status", "").body()).contains("\"run\": \"" + run + "\"");
    }

    @Test
    void shouldTellThatAMemberIsContestedWhenTwoProcessesTakeEachOthersStreams() throws Exception {
        startRelayOfBoth();
        startMember(Relays.B, targets.get(Relays.B));
        EventReader events = events("");

        startMember(Relays.A, targets.get(Relays.A));
        startMember(Relays.A, Relays.freeUrl());

        assertThat(events.await("member-contested", "\"front\":\"b\",\"from\":\"a\""))
                .contains("\"status\":503", "two processes say that they are this member");
    }

    @Test
    void shouldEndTheAnswersWhenTheRelayEnds() throws Exception {
        startRelayOfBoth();
        EventReader events = events("");
        ids(events);

        running.remove(running.size() - 1).close();

        assertThat(org.assertj.core.api.Assertions.catchThrowable(() -> events.await("nothing")))
                .isInstanceOf(AssertionError.class)
                .hasMessageStartingWith("the events ended before");
    }
}
