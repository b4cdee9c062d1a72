package dev.rafthttp.demo;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.rafthttp.MemberId;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;

class ReplicaComparisonTest {
    private static final Map<String, String> ENTRIES = Map.of("a", "1", "b", "2", "c", "3");

    @Test
    void shouldFindNothingWhenReplicasAreEqual() {
        List<Replica> replicas = List.of(replica(1, 10, ENTRIES), replica(2, 10, ENTRIES), replica(3, 10, ENTRIES));

        assertThat(ReplicaComparison.differences(replicas)).isEmpty();
        assertThat(replicas.get(1).digest()).isEqualTo(replicas.get(0).digest());
        assertThat(summary(replicas).exitStatus()).isZero();
    }

    @Test
    void shouldExitWithOneWhenAValueDiffers() {
        List<Replica> replicas = List.of(
                replica(1, 10, ENTRIES), replica(2, 10, ENTRIES), replica(3, 10, Map.of("a", "1", "b", "9", "c", "3")));

        Summary summary = summary(replicas);

        assertThat(ReplicaComparison.differences(replicas))
                .singleElement()
                .asString()
                .contains("key b", "\"2\" at member 1", "\"9\" at member 3");
        assertThat(replicas.get(2).digest()).isNotEqualTo(replicas.get(0).digest());
        assertThat(summary.exitStatus()).isEqualTo(1);
        assertThat(printed(summary)).contains("PROBLEM: key b").contains("NOT AS PROMISED");
    }

    @Test
    void shouldTellWhichMemberLacksAKeyWhenOneDoes() {
        List<Replica> replicas = List.of(replica(1, 10, ENTRIES), replica(2, 10, Map.of("a", "1", "b", "2")));

        assertThat(ReplicaComparison.differences(replicas))
                .singleElement()
                .asString()
                .contains("key c", "\"3\" at member 1", "absent at member 2");
    }

    @Test
    void shouldTellTheIndexWhenAReplicaIsBehind() {
        List<Replica> replicas = List.of(replica(1, 10, ENTRIES), replica(2, 9, ENTRIES));

        assertThat(ReplicaComparison.differences(replicas)).containsExactly("member 2 is at index 9, member 1 at 10");
    }

    @Test
    void shouldCountTheRestWhenManyKeysDiffer() {
        Map<String, String> many = new TreeMap<>();
        for (int i = 0; i < 100; i++) {
            many.put("key-" + i, "x");
        }

        Summary summary = summary(List.of(replica(1, 10, many), replica(2, 10, Map.of())));

        assertThat(summary.problems()).hasSize(100);
        assertThat(printed(summary)).containsPattern("PROBLEM: key key-0: ").contains("and 80 more");
    }

    @Test
    void shouldTellKeysFromValuesWhenDigesting() {
        assertThat(replica(1, 10, Map.of("ab", "c")).digest())
                .isNotEqualTo(replica(1, 10, Map.of("a", "bc")).digest());
    }

    private static Replica replica(long member, long index, Map<String, String> entries) {
        NavigableMap<String, ByteString> map = new TreeMap<>();
        entries.forEach((key, value) -> map.put(key, ByteString.copyFromUtf8(value)));
        return new Replica(new MemberId(member), index, map);
    }

    private static Summary summary(List<Replica> replicas) {
        return new Summary(
                1,
                Duration.ofSeconds(1),
                new Histogram(3),
                0,
                Duration.ofSeconds(2),
                1,
                replicas,
                ReplicaComparison.differences(replicas));
    }

    private static String printed(Summary summary) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        summary.print(new PrintStream(bytes, true, StandardCharsets.UTF_8));
        return bytes.toString(StandardCharsets.UTF_8);
    }
}
