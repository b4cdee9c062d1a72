package dev.rafthttp.demo.kv;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import dev.rafthttp.demo.kv.proto.Command;
import dev.rafthttp.demo.kv.proto.MapChunk;
import dev.rafthttp.demo.kv.proto.Put;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.NavigableMap;
import java.util.Random;
import org.junit.jupiter.api.Test;

class KvStateMachineTest {
    private final KvStateMachine map = new KvStateMachine();

    @Test
    void shouldReturnTheReplacedValueWhenAKeyIsPut() {
        assertThat(map.runOperation(1, put("k", "one"))).isNull();
        assertThat(map.runOperation(2, put("k", "two"))).isEqualTo(ByteString.copyFromUtf8("one"));
        assertThat(map.get("k")).contains(ByteString.copyFromUtf8("two"));
        assertThat(map.appliedIndex()).isEqualTo(2);
    }

    @Test
    void shouldChangeNothingWhenALeaderBeginsItsTerm() {
        map.runOperation(1, put("k", "one"));

        assertThat(map.runOperation(2, map.getNewTermOperation())).isNull();

        assertThat(contents(map)).containsOnlyKeys("k");
        assertThat(map.appliedIndex()).isEqualTo(2);
    }

    @Test
    void shouldRefuseWhenAnOperationIsUnknown() {
        assertThatThrownBy(() -> map.runOperation(5, "drop table"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("index 5")
                .hasMessageContaining("java.lang.String");
    }

    @Test
    void shouldHoldTheSameWhenASnapshotIsInstalled() {
        fill(map, 3_000, new Random(1));
        KvStateMachine other = new KvStateMachine();
        other.runOperation(1, put("not in the snapshot", "x"));

        List<Object> chunks = chunks(map);
        other.installSnapshot(3_000, chunks);

        assertThat(chunks).hasSizeGreaterThan(2);
        assertThat(chunks)
                .allSatisfy(chunk ->
                        assertThat(((MapChunk) chunk).getSerializedSize()).isLessThan(2 * KvStateMachine.CHUNK_BYTES));
        assertThat(contents(other)).isEqualTo(contents(map));
        assertThat(other.appliedIndex()).isEqualTo(3_000);
    }

    @Test
    void shouldCutTheSameChunksWhenKeysCameInAnotherOrder() {
        List<Command> commands = new ArrayList<>();
        for (int i = 0; i < 3_000; i++) {
            commands.add(put("key-" + i, "value-" + i));
        }
        KvStateMachine other = new KvStateMachine();
        commands.forEach(command -> map.runOperation(1, command));
        Collections.shuffle(commands, new Random(2));
        commands.forEach(command -> other.runOperation(1, command));

        assertThat(chunks(other)).isEqualTo(chunks(map));
    }

    @Test
    void shouldTakeOneChunkWhenTheMapIsEmpty() {
        assertThat(chunks(map)).containsExactly(MapChunk.getDefaultInstance());
    }

    private static void fill(KvStateMachine map, int entries, Random random) {
        for (int i = 1; i <= entries; i++) {
            map.runOperation(i, put("key-" + random.nextInt(), "value-" + i));
        }
    }

    private static List<Object> chunks(KvStateMachine map) {
        List<Object> chunks = new ArrayList<>();
        map.takeSnapshot(map.appliedIndex(), chunks::add);
        return chunks;
    }

    private static NavigableMap<String, ByteString> contents(KvStateMachine map) {
        return map.contents().entries();
    }

    private static Command put(String key, String value) {
        return Command.newBuilder()
                .setPut(Put.newBuilder().setKey(key).setValue(ByteString.copyFromUtf8(value)))
                .build();
    }
}
