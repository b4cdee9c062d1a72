package dev.rafthttp.codec;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.UnknownFieldSet;
import dev.rafthttp.fixture.Seed;
import dev.rafthttp.raftpb.Entry;
import dev.rafthttp.raftpb.EntryType;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every entry is read as protobuf reads it, or left to protobuf. */
class EntryReaderTest {
    private static final int BEFORE = 3;
    private static final int AFTER = 11;

    private final EntryReader reader = new EntryReader();

    static Stream<Entry> asRaftLibrariesWriteThem() {
        Entry.Builder full = Entry.newBuilder()
                .setType(EntryType.EntryConfChangeV2)
                .setTerm(7)
                .setIndex(1L << 35)
                .setData(ByteString.copyFromUtf8("value"));
        return Stream.of(
                full.build(),
                full.clone().clearType().build(),
                full.clone().clearTerm().clearIndex().build(),
                full.clone().clearData().build(),
                full.clone().setData(ByteString.EMPTY).build(),
                full.clone().setTerm(-1).setIndex(Long.MIN_VALUE).build(),
                full.clone().setData(ByteString.copyFrom(new byte[300])).build(),
                Entry.getDefaultInstance());
    }

    @ParameterizedTest
    @MethodSource("asRaftLibrariesWriteThem")
    void shouldReadWhatRaftLibrariesWrite(Entry entry) {
        byte[] bytes = entry.toByteArray();

        assertThat(read(bytes, false)).isEqualTo(entry);
        assertThat(read(bytes, true)).isEqualTo(entry);
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(
            strings = {
                "1001 0800", // the type after the term
                "1001 1001", // the term twice
                "2201 61 2201 61", // the data twice
                "2201 61 1801", // the index after the data
                "0803", // a type that is not known
                "08 8080808010", // a type that is 0 in 32 bits only
                "2801", // a field that is not known
                "0a00", // the type as bytes
                "10", // no term
                "10 80", // half a term
                "10 ffffffffffffffffffff01", // a term of 11 bytes
                "2202 61", // data of 2 bytes, of which one is there
                "2201 6162", // data of 1 byte, and one more
                "22 ffffffffffffffffff01", // data of -1 bytes
                "00"
            })
    void shouldLeaveToProtobufWhatIsWrittenInAnotherWay(String hex) {
        byte[] bytes = HexFormat.of().parseHex(hex.replace(" ", ""));

        assertThat(read(bytes, false)).isNull();
        assertThat(read(bytes, true)).isNull();
    }

    @ParameterizedTest
    @ValueSource(longs = {5, 6})
    void shouldAgreeWithProtobufOnWhateverItReads(long usualSeed) throws InvalidProtocolBufferException {
        SplittableRandom random = new SplittableRandom(Seed.or(usualSeed));
        int inPlace = 0;
        for (int i = 0; i < 200_000; i++) {
            byte[] bytes = damaged(random, entry(random).toByteArray());

            Entry entry = read(bytes, random.nextBoolean());

            if (entry != null) {
                inPlace++;
                assertThat(entry).as(HexFormat.of().formatHex(bytes)).isEqualTo(Entry.parseFrom(bytes));
            }
        }
        assertThat(inPlace).as("entries read in place").isBetween(60_000, 190_000);
    }

    private @Nullable Entry read(byte[] bytes, boolean direct) {
        int room = BEFORE + bytes.length + AFTER;
        ByteBuffer buffer = direct ? ByteBuffer.allocateDirect(room) : ByteBuffer.allocate(room);
        buffer.put(BEFORE, bytes);
        Entry entry = reader.read(buffer, BEFORE, bytes.length);
        assertThat(buffer.position()).isZero();
        return entry;
    }

    private static Entry entry(SplittableRandom random) {
        Entry.Builder entry = Entry.newBuilder();
        if (random.nextInt(8) > 0) {
            entry.setType(EntryType.forNumber(random.nextInt(3)));
        }
        if (random.nextInt(8) > 0) {
            entry.setTerm(random.nextLong() >>> random.nextInt(Long.SIZE));
        }
        if (random.nextInt(8) > 0) {
            entry.setIndex(random.nextLong() >>> random.nextInt(Long.SIZE));
        }
        if (random.nextInt(8) > 0) {
            byte[] data = new byte[random.nextInt(20)];
            random.nextBytes(data);
            entry.setData(ByteString.copyFrom(data));
        }
        if (random.nextInt(32) == 0) {
            entry.setUnknownFields(UnknownFieldSet.newBuilder()
                    .mergeVarintField(5 + random.nextInt(3), random.nextInt())
                    .build());
        }
        return entry.build();
    }

    /** Half of them. */
    private static byte[] damaged(SplittableRandom random, byte[] bytes) {
        if (bytes.length > 0 && random.nextBoolean()) {
            bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(Byte.SIZE));
        }
        return bytes;
    }
}
