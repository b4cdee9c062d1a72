package dev.rafthttp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.reflect.RecordComponent;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class TransportConfigTest {
    private static final MemberId MEMBER = new MemberId(1);
    private static final ClusterId CLUSTER = new ClusterId(2);

    @Test
    void shouldHaveTheDocumentedDefaults() {
        TransportConfig config = build(builder -> builder);

        assertThat(config.memberId()).isEqualTo(MEMBER);
        assertThat(config.clusterId()).isEqualTo(CLUSTER);
        assertThat(config.peerUrls()).isEmpty();
        assertThat(config.serverVersion()).hasToString("3.6.0");
        assertThat(config.minClusterVersion()).hasToString("3.0.0");
        assertThat(config.queueMessages()).isEqualTo(4096);
        assertThat(config.queueBytes()).isEqualTo(HeapLimits.OF_JVM.queueBytes());
        assertThat(config.pipelineInFlight()).isEqualTo(4);
        assertThat(config.pipelineQueue()).isEqualTo(64);
        assertThat(config.maxMessageBytes()).isEqualTo(HeapLimits.OF_JVM.messageBytes());
        assertThat(config.maxPostBytes()).isEqualTo(HeapLimits.OF_JVM.postBytes());
        assertThat(config.linkHeartbeatInterval()).hasMillis(500);
        assertThat(config.streamTimeout()).hasMillis(1500);
        assertThat(config.ackInterval()).hasMillis(100);
        assertThat(config.ackIdleInterval()).hasMillis(500);
        assertThat(config.dialTimeout()).hasMillis(1000);
        assertThat(config.redialMin()).hasMillis(50);
        assertThat(config.redialMax()).hasMillis(1000);
        assertThat(config.refusedRedial()).hasMillis(5000);
        assertThat(config.probeInterval()).hasMillis(5000);
        assertThat(config.closeTimeout()).hasMillis(5000);
        assertThat(config.remotePolicy()).isSameAs(RemotePolicy.DENY);
        assertThat(config.maxRemotes()).isEqualTo(16);
    }

    @Test
    void shouldRefuseAValueOutOfItsRangeWhenMadeWithoutTheBuilder() throws Exception {
        TransportConfig valid = build(builder -> builder);
        RecordComponent[] components = TransportConfig.class.getRecordComponents();
        Object[] values = new Object[components.length];
        for (int i = 0; i < components.length; i++) {
            values[i] = components[i].getAccessor().invoke(valid);
            if (components[i].getName().equals("queueMessages")) {
                values[i] = 0;
            }
        }

        assertThatThrownBy(() -> TransportConfig.class.getConstructors()[0].newInstance(values))
                .hasRootCauseMessage("transport configuration: queue messages is 0, not in 1 to 1048576");
    }

    static Stream<Arguments> mistakes() {
        Duration second = Duration.ofSeconds(1);
        Duration tooLong = Duration.ofDays(366);
        return Stream.of(
                mistake(
                        b -> b.serverVersion(new ServerVersion(2, 4, 0)).minClusterVersion(new ServerVersion(2, 0, 0)),
                        "server version is 2.4.0, below 3.0.0, the lowest that etcd members work with"),
                mistake(
                        b -> b.minClusterVersion(new ServerVersion(3, 7, 0)),
                        "minimum cluster version is 3.7.0, above the server version, 3.6.0: members with these versions"
                                + " would refuse each other"),
                mistake(b -> b.queue(0, 1), "queue messages is 0, not in 1 to 1048576"),
                mistake(b -> b.queue(1 << 21, 1), "queue messages is 2097152, not in 1 to 1048576"),
                mistake(b -> b.queue(1, 0), "queue bytes is 0, not in 1 to 549755813888"),
                mistake(b -> b.pipeline(0, 1), "pipeline posts in flight is 0, not in 1 to 64"),
                mistake(b -> b.pipeline(65, 1), "pipeline posts in flight is 65, not in 1 to 64"),
                mistake(b -> b.pipeline(1, 0), "pipeline queue is 0, not in 1 to 1048576"),
                mistake(b -> b.maxMessageBytes(1023), "max message bytes is 1023, not in 1024 to 1073741824"),
                mistake(b -> b.maxPostBytes(1023), "max post bytes is 1023, not in 1024 to 1073741824"),
                mistake(b -> b.remotes(RemotePolicy.DENY, -1), "max remotes is -1, not in 0 to 65536"),
                mistake(
                        b -> b.linkHeartbeatInterval(Duration.ZERO),
                        "link heartbeat interval is PT0S, not in PT0.001S to PT8760H"),
                mistake(
                        b -> b.linkHeartbeatInterval(Duration.ofNanos(1)),
                        "link heartbeat interval is PT0.000000001S, not in PT0.001S to PT8760H"),
                mistake(
                        b -> b.linkHeartbeatInterval(second),
                        "link heartbeat interval is PT1S, above half the stream timeout, PT0.75S"),
                mistake(b -> b.streamTimeout(tooLong), "stream timeout is PT8784H, not in PT0.001S to PT8760H"),
                mistake(
                        b -> b.streamTimeout(Duration.ofSeconds(Long.MAX_VALUE)),
                        "stream timeout is PT2562047788015215H30M7S, not in PT0.001S to PT8760H"),
                mistake(
                        b -> b.acknowledgements(Duration.ZERO, second),
                        "acknowledgement interval is PT0S, not in PT0.001S to PT8760H;"
                                + " idle acknowledgement interval is PT1S, above half the stream timeout, PT0.75S"),
                mistake(
                        b -> b.acknowledgements(second.dividedBy(5), second.dividedBy(10)),
                        "acknowledgement interval is PT0.2S, above the idle acknowledgement interval, PT0.1S"),
                mistake(b -> b.dialTimeout(second.negated()), "dial timeout is PT-1S, not in PT0.001S to PT8760H"),
                mistake(
                        b -> b.redial(second, second.dividedBy(2), second),
                        "redial minimum is PT1S, above the redial maximum, PT0.5S"),
                mistake(
                        b -> b.redial(second, second, Duration.ZERO),
                        "redial after refusal is PT0S, not in PT0.001S to PT8760H"),
                mistake(b -> b.probeInterval(Duration.ZERO), "probe interval is PT0S, not in PT0.001S to PT8760H"),
                mistake(b -> b.closeTimeout(Duration.ZERO), "close timeout is PT0S, not in PT0.001S to PT8760H"),
                mistake(
                        b -> b.peerUrls(List.of(URI.create("ftp://a:1"))),
                        "peer URL \"ftp://a:1\" is not of the form http://host:port or https://host:port:"
                                + " its scheme is neither http nor https"));
    }

    @ParameterizedTest
    @MethodSource("mistakes")
    void shouldNameTheValueAndTheLimitWhenAValueIsOutOfItsRange(
            UnaryOperator<TransportConfig.Builder> changes, String mistake) {
        assertThatThrownBy(() -> build(changes))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("transport configuration: " + mistake);
    }

    @Test
    void shouldNameEveryMistakeAtOnce() {
        assertThatThrownBy(() -> build(b -> b.queue(0, 0).pipeline(0, 0)))
                .hasMessage("transport configuration: queue messages is 0, not in 1 to 1048576;"
                        + " queue bytes is 0, not in 1 to 549755813888;"
                        + " pipeline posts in flight is 0, not in 1 to 64; pipeline queue is 0, not in 1 to 1048576");
    }

    @Test
    void shouldTakeTheEndsOfEachRange() {
        Duration year = Duration.ofDays(365);
        Duration millisecond = Duration.ofMillis(1);

        TransportConfig config = build(b -> b.queue(1 << 20, 1L << 39)
                .pipeline(64, 1 << 20)
                .maxMessageBytes(1 << 30)
                .maxPostBytes(1 << 10)
                .streamTimeout(year)
                .linkHeartbeatInterval(millisecond)
                .acknowledgements(millisecond, millisecond)
                .redial(millisecond, year, year)
                .probeInterval(year)
                .remotes(RemotePolicy.DENY, 0));

        assertThat(config.streamTimeout()).isEqualTo(year);
    }

    private static Arguments mistake(UnaryOperator<TransportConfig.Builder> changes, String message) {
        return Arguments.of(changes, message);
    }

    private static TransportConfig build(UnaryOperator<TransportConfig.Builder> changes) {
        return changes.apply(TransportConfig.builder(MEMBER, CLUSTER)).build();
    }
}
