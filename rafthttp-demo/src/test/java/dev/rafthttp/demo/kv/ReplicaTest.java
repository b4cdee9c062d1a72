package dev.rafthttp.demo.kv;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.rafthttp.MemberId;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class ReplicaTest {
    private static final Map<String, String> ENTRIES = Map.of("a", "1", "b", "2", "c", "3");

    @Test
    void shouldFindNothingWhenReplicasAreEqual() {
        List<Replica> replicas = List.of(replica(1, 10, ENTRIES), replica(2, 10, ENTRIES), replica(3, 10, ENTRIES));

        assertThat(Replica.differences(replicas)).isEmpty();
        assertThat(replicas.get(1).digest()).isEqualTo(replicas.get(0).digest());
    }

    @Test
    void shouldTellBothValuesWhenOneDiffers() {
        List<Replica> replicas = List.of(
                replica(1, 10, ENTRIES), replica(2, 10, ENTRIES), replica(3, 10, Map.of("a", "1", "b", "9", "c", "3")));

        assertThat(Replica.differences(replicas))
                .singleElement()
                .asString()
                .contains("key b", "\"2\" at member 1", "\"9\" at member 3");
        assertThat(replicas.get(2).digest()).isNotEqualTo(replicas.get(0).digest());
    }

    @Test
    void shouldTellWhichMemberLacksAKeyWhenOneDoes() {
        List<Replica> replicas = List.of(replica(1, 10, ENTRIES), replica(2, 10, Map.of("a", "1", "b", "2")));

        assertThat(Replica.differences(replicas))
                .singleElement()
                .asString()
                .contains("key c", "\"3\" at member 1", "absent at member 2");
    }

    @Test
    void shouldTellTheIndexWhenAReplicaIsBehind() {
        List<Replica> replicas = List.of(replica(1, 10, ENTRIES), replica(2, 9, ENTRIES));

        assertThat(Replica.differences(replicas)).containsExactly("member 2 is at index 9, member 1 at 10");
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
}
