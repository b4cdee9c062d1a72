package dev.rafthttp.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rafthttp.Dialect;
import dev.rafthttp.MemberId;
import dev.rafthttp.Protocol;
import dev.rafthttp.ServerVersion;
import dev.rafthttp.StreamType;
import dev.rafthttp.coupling.StreamCoupler;
import dev.rafthttp.server.ScriptedPeer.Answer;
import dev.rafthttp.server.ScriptedPeer.Request;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every refusal of a stream: its status, its words and when it comes. */
class StreamRefusalTest {
    private static final String PATH = Protocol.PUSH_MESSAGE_PATH;
    private static final byte[] NO_BODY = {};

    private ReceivingMember member;

    @BeforeEach
    void start() {
        member = new ReceivingMember(builder -> builder.serverVersion(new ServerVersion(3, 6, 1)));
    }

    @AfterEach
    void close() {
        member.close();
    }

    static Stream<Arguments> refusals() {
        return Stream.of(
                refusal("other method", new Request("PUT", PATH), 405, "Method Not Allowed"),
                refusal("not running", push(), m -> m.running = false, 503, "transport not running"),
                refusal("no version", push().without(Protocol.SERVER_VERSION), 412, "incompatible version"),
                refusal("empty version", push().with(Protocol.SERVER_VERSION, ""), 412, "incompatible version"),
                refusal("old version", push().with(Protocol.SERVER_VERSION, "2.3.8"), 412, "incompatible version"),
                refusal("malformed version", push().with(Protocol.SERVER_VERSION, "3.x"), 412, "incompatible version"),
                refusal(
                        "minimum above ours",
                        push().with(Protocol.MIN_CLUSTER_VERSION, "3.7.0"),
                        412,
                        "incompatible version"),
                refusal(
                        "malformed minimum",
                        push().with(Protocol.MIN_CLUSTER_VERSION, "three"),
                        412,
                        "incompatible version"),
                refusal("no cluster", push().without(Protocol.CLUSTER_ID), 412, "cluster ID mismatch"),
                refusal("other cluster", push().with(Protocol.CLUSTER_ID, "beef"), 412, "cluster ID mismatch"),
                refusal("padded cluster", push().with(Protocol.CLUSTER_ID, "0cafe"), 412, "cluster ID mismatch"),
                refusal("no stream", Request.stream("/raft/stream"), 404, "invalid path"),
                refusal("unknown stream", Request.stream("/raft/stream/msgapp"), 404, "invalid path"),
                refusal("deeper path", Request.stream("/raft/stream/message/2/3"), 404, "invalid path"),
                refusal("no sender", push().without(Protocol.SERVER_FROM), 404, "invalid from"),
                refusal("malformed sender", push().with(Protocol.SERVER_FROM, "peer2"), 404, "invalid from"),
                refusal("sender 0", push().with(Protocol.SERVER_FROM, "0"), 404, "invalid from"),
                refusal("removed", push(), m -> m.removed.add(ReceivingMember.PEER), 410, "removed member"),
                refusal("unknown sender", push().with(Protocol.SERVER_FROM, "77"), 404, "error sender not found"),
                refusal(
                        "encoded",
                        push().with("Content-Encoding", "gzip"),
                        415,
                        "Unsupported Media Type (Content-Encoding \"gzip\": expected a body that is not encoded)"),
                refusal("other dialect", Request.pull(StreamType.MSGAPP), 412, "dialect mismatch"),
                refusal("no addressee", push().without(Protocol.RAFT_TO), 412, "to field mismatch"),
                refusal("other addressee", push().with(Protocol.RAFT_TO, "2"), 412, "to field mismatch"));
    }

    static Stream<Arguments> orderOfChecks() {
        Request allWrong = Request.stream("/raft/stream/nowhere")
                .with(Protocol.SERVER_VERSION, "2.0.0")
                .with(Protocol.CLUSTER_ID, "beef")
                .with(Protocol.SERVER_FROM, "nobody")
                .with(Protocol.RAFT_TO, "9");
        return Stream.of(
                Arguments.of("version first", allWrong, "incompatible version"),
                Arguments.of(
                        "then cluster",
                        Request.stream("/raft/stream/nowhere").with(Protocol.CLUSTER_ID, "beef"),
                        "cluster ID mismatch"),
                Arguments.of(
                        "then path",
                        Request.stream("/raft/stream/nowhere").with(Protocol.SERVER_FROM, "nobody"),
                        "invalid path"),
                Arguments.of(
                        "then sender",
                        push().with(Protocol.SERVER_FROM, "77").with(Protocol.RAFT_TO, "9"),
                        "error sender not found"));
    }

    static Stream<Arguments> refusalsOfPulls() {
        String message = "/raft/stream/message/";
        return Stream.of(
                refusal("other method", new Request("PUT", message + "2"), 405, "Method Not Allowed"),
                refusal("delete", new Request("DELETE", "/raft/stream/msgapp/2"), 405, "Method Not Allowed"),
                refusal("not running", pull(), m -> m.running = false, 503, "transport not running"),
                refusal("no version", pull().without(Protocol.SERVER_VERSION), 412, "incompatible version"),
                refusal("old version", pull().with(Protocol.SERVER_VERSION, "2.3.8"), 412, "incompatible version"),
                refusal("malformed version", pull().with(Protocol.SERVER_VERSION, "x"), 412, "incompatible version"),
                refusal(
                        "minimum above ours",
                        pull().with(Protocol.MIN_CLUSTER_VERSION, "3.7.0"),
                        412,
                        "incompatible version"),
                refusal("no cluster", pull().without(Protocol.CLUSTER_ID), 412, "cluster ID mismatch"),
                refusal("other cluster", pull().with(Protocol.CLUSTER_ID, "beef"), 412, "cluster ID mismatch"),
                refusal("no stream", Request.pull("/raft/stream"), 404, "invalid path"),
                refusal("no member", Request.pull("/raft/stream/message"), 404, "invalid path"),
                refusal("unknown stream", Request.pull("/raft/stream/msgprop/2"), 404, "invalid path"),
                refusal("the push dialect's", Request.pull("/raft/stream/msgappv2/2"), 404, "invalid path"),
                refusal("deeper path", Request.pull(message + "x/2"), 404, "invalid path"),
                refusal("empty member", Request.pull(message), 404, "invalid from"),
                refusal("malformed member", Request.pull(message + "zz"), 404, "invalid from"),
                refusal("signed member", Request.pull(message + "+2"), 404, "invalid from"),
                refusal("long member", Request.pull(message + "00000000000000002"), 404, "invalid from"),
                refusal("removed", pull(), m -> m.removed.add(ReceivingMember.PEER), 410, "removed member"),
                refusal("unknown member", Request.pull(message + "77"), 404, "error sender not found"),
                refusal("no addressee", pull().without(Protocol.RAFT_TO), 412, "to field mismatch"),
                refusal("other addressee", pull().with(Protocol.RAFT_TO, "9"), 412, "to field mismatch"));
    }

    static Stream<Arguments> orderOfChecksOfPulls() {
        Request nowhere = Request.pull("/raft/stream/nowhere/zz");
        return Stream.of(
                Arguments.of(
                        "version first",
                        Request.pull("/raft/stream/nowhere/zz")
                                .with(Protocol.SERVER_VERSION, "2.0.0")
                                .with(Protocol.CLUSTER_ID, "beef"),
                        "incompatible version"),
                Arguments.of(
                        "then cluster",
                        Request.pull("/raft/stream/nowhere/zz").with(Protocol.CLUSTER_ID, "beef"),
                        "cluster ID mismatch"),
                Arguments.of("then path", nowhere, "invalid path"),
                Arguments.of(
                        "then member",
                        Request.pull("/raft/stream/message/77").with(Protocol.RAFT_TO, "9"),
                        "error sender not found"));
    }

    private static Request pull() {
        return Request.pull(Protocol.PULL_MESSAGE_PATH + "/" + ReceivingMember.PEER);
    }

    private static Request push() {
        return Request.stream(PATH);
    }

    private static Arguments refusal(String what, Request request, int status, String body) {
        return refusal(what, request, member -> {}, status, body);
    }

    private static Arguments refusal(
            String what, Request request, Consumer<ReceivingMember> given, int status, String body) {
        return Arguments.of(what, request, given, status, body);
    }

    @ParameterizedTest(name = "{0}: {3} {4}")
    @MethodSource("refusals")
    void shouldRefuseInEtcdsWordsBeforeTheBody(
            String what, Request request, Consumer<ReceivingMember> given, int status, String body) throws Exception {
        assertRefused(request, given, status, body, "POST");
    }

    @ParameterizedTest(name = "{0}: {3} {4}")
    @MethodSource("refusalsOfPulls")
    void shouldRefuseInEtcdsWordsWhenThePeerAsksForOurMessages(
            String what, Request request, Consumer<ReceivingMember> given, int status, String body) throws Exception {
        assertRefused(request, given, status, body, "GET");
    }

    private void assertRefused(
            Request request, Consumer<ReceivingMember> given, int status, String body, String allowed)
            throws Exception {
        given.accept(member);

        Answer answer = ScriptedPeer.exchange(member, request, NO_BODY);

        assertThat(answer.status()).isEqualTo(status);
        assertThat(answer.body()).isEqualTo(body + "\n");
        assertThat(answer.header("Content-Type")).isEqualTo("text/plain;charset=utf-8");
        assertThat(answer.header("X-Content-Type-Options")).isEqualTo("nosniff");
        assertThat(answer.header("X-Server-Version")).isEqualTo("3.6.1");
        assertThat(answer.header("X-Etcd-Cluster-ID")).isEqualTo("cafe");
        assertThat(answer.header("Allow")).isEqualTo(status == 405 ? allowed : null);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource({"orderOfChecks", "orderOfChecksOfPulls"})
    void shouldCheckInEtcdsOrder(String what, Request request, String body) throws Exception {
        assertThat(ScriptedPeer.exchange(member, request, NO_BODY).body()).isEqualTo(body + "\n");
    }

    @Test
    void shouldIntroduceAnUnknownSenderWhenItNamesItsUrls() throws Exception {
        ScriptedPeer.exchange(member, push().with(Protocol.SERVER_FROM, "77"), NO_BODY);

        assertThat(member.introduced).containsOnly(Map.entry(new MemberId(0x77), "http://127.0.0.1:2380"));
    }

    @Test
    void shouldIntroduceAnUnknownMemberWhenItAsksForOurMessages() throws Exception {
        ScriptedPeer.exchange(member, Request.pull("/raft/stream/msgapp/77"), NO_BODY);

        assertThat(member.introduced).containsOnly(Map.entry(new MemberId(0x77), "http://127.0.0.1:2380"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"2", "02", "0000000000000002", "2?x=1"})
    void shouldAcceptEveryFormOfAnIdThatEtcdReads(String id) throws Exception {
        try (ReceivingMember amongEtcd = etcdMember();
                ScriptedPeer peer = new ScriptedPeer(amongEtcd.url())) {
            peer.send(Request.pull(Protocol.PULL_MSGAPP_PATH + "/" + id).bytes());

            assertThat(peer.readHead().status()).isEqualTo(200);
        }
    }

    @Test
    void shouldRefuseAPushedStreamWhenThePeerIsOfEtcdsDialect() throws Exception {
        try (ReceivingMember amongEtcd = etcdMember()) {
            Answer answer = ScriptedPeer.exchange(amongEtcd, push(), NO_BODY);

            assertThat(answer.status()).isEqualTo(412);
            assertThat(answer.body()).isEqualTo("dialect mismatch\n");
        }
    }

    private static ReceivingMember etcdMember() {
        return new ReceivingMember(
                ReceivingMember.ID, ReceivingMember.PEER, Dialect.ETCD, StreamCoupler.NONE, builder -> builder);
    }

    @Test
    void shouldNotIntroduceAMemberWhenItIsOfAnotherCluster() throws Exception {
        ScriptedPeer.exchange(
                member, push().with(Protocol.SERVER_FROM, "77").with(Protocol.CLUSTER_ID, "beef"), NO_BODY);

        assertThat(member.introduced).isEmpty();
    }

    @Test
    void shouldAcceptWhenOnlyThePatchVersionsDiffer() throws Exception {
        try (ScriptedPeer peer = new ScriptedPeer(member.url())) {
            peer.send(push().with(Protocol.MIN_CLUSTER_VERSION, "3.6.9")
                    .with(Protocol.SERVER_VERSION, "3.0.0-rc.1")
                    .bytes());

            assertThat(peer.readHead().status()).isEqualTo(100);
            assertThat(peer.readHead().status()).isEqualTo(200);
        }
    }
}
