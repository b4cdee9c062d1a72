package dev.rafthttp.codec;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnknownFieldSet;
import com.google.protobuf.UnsafeByteOperations;
import dev.rafthttp.raftpb.Entry;
import dev.rafthttp.raftpb.EntryType;
import dev.rafthttp.raftpb.Message;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FrameBufferTest {
    private final FrameBuffer buffer = new FrameBuffer();

    @Test
    void shouldHaveNothingWhenNew() {
        assertThat(buffer.size()).isZero();
        assertThat(buffer.isFull()).isFalse();
        assertThat(buffer.next()).isNull();
    }

    @Test
    void shouldGiveOnePieceWhenAllIsSmall() {
        buffer.putByte(0xFE);
        buffer.putLong(0x0102030405060708L);
        putEntry(Entry.newBuilder().setTerm(3).build());

        assertThat(buffer.size()).isEqualTo(11);
        assertThat(pieces()).containsExactly(ByteString.fromHex("fe" + "0102030405060708" + "1003"));
        assertThat(buffer.size()).isEqualTo(11);
    }

    @ParameterizedTest
    @ValueSource(
            ints = {
                0, 1, 127, 128, 16_383, 16_384, 16_385, 32_767, 32_768, 65_535, 65_536, 65_537, 131_072, 300_000,
                3_000_000
            })
    void shouldWriteEntriesAsProtobufDoesWhenDataHasAnySize(int size) {
        Entry.Builder entry = Entry.newBuilder().setData(data(size));
        List<Entry> entries = List.of(
                entry.build(),
                entry.setType(EntryType.EntryConfChange).build(),
                entry.setTerm(-1).build(),
                entry.setIndex(-1).build(),
                entry.setUnknownFields(unknown(1)).build(),
                entry.setUnknownFields(unknown(40_000)).build(),
                entry.setData(data(size / 2).concat(data(size / 3))).build());
        ByteString expected = ByteString.EMPTY;
        for (Entry each : entries) {
            putEntry(each);
            expected = expected.concat(each.toByteString());
        }

        assertThat(buffer.size()).isEqualTo(expected.size());
        assertThat(Wire.drain(buffer)).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 100, 65_520, 65_530, 65_536, 70_000, 1_000_000})
    void shouldWriteMessagesAsProtobufDoesWhenTheyHaveAnySize(int size) {
        Message message = Message.newBuilder().setTerm(1).setContext(data(size)).build();

        for (int i = 0; i < 3; i++) {
            buffer.putMessage(message, message.getSerializedSize());
        }

        ByteString bytes = message.toByteString();
        assertThat(Wire.drain(buffer)).isEqualTo(bytes.concat(bytes).concat(bytes));
    }

    @Test
    void shouldGivePiecesOfLimitedSizeWhenDataIsLarge() {
        putEntry(Entry.newBuilder().setData(data(1 << 20)).build());

        List<ByteString> pieces = pieces();
        assertThat(pieces).hasSize(1 + (1 << 20) / FrameBuffer.PIECE_BYTES);
        assertThat(pieces).allMatch(piece -> piece.size() <= FrameBuffer.PIECE_BYTES);
    }

    @Test
    void shouldGiveTheSamePiecesWhenTheirTakerReadsThemOrNot() {
        Entry entry = Entry.newBuilder().setData(data(300_000)).build();
        putEntry(entry);
        List<ByteString> unread = new ArrayList<>();
        for (ByteBuffer piece = buffer.next(); piece != null; piece = buffer.next()) {
            unread.add(ByteString.copyFrom(piece.duplicate()));
        }
        buffer.clear();
        putEntry(entry);

        assertThat(pieces()).isEqualTo(unread);
    }

    @Test
    void shouldAllocateOneViewOnlyWhenDataIsLarge() {
        Entry entry = Entry.newBuilder().setData(data(1 << 20)).build();
        int size = entry.getSerializedSize();
        Runnable batch = () -> {
            for (int i = 0; i < 1_000; i++) {
                buffer.putEntry(entry, size);
                writeAll();
            }
        };
        batch.run();

        assertThat(Allocation.of(batch)).as("bytes of a thousand entries").isLessThan(1_000 * 100);
    }

    @Test
    void shouldNotCopyDataWhenItIsLarge() {
        byte[] array = new byte[FrameBuffer.REFERENCE_BYTES];
        ByteString data = UnsafeByteOperations.unsafeWrap(array);
        putEntry(Entry.newBuilder().setData(data).build());

        array[0] = 42;

        assertThat(pieces().get(1).byteAt(0)).isEqualTo((byte) 42);
    }

    @Test
    void shouldCopyTheSmallPartsWhenLargeDataConsistsOfThem() {
        ByteString data = ByteString.EMPTY;
        for (int i = 0; i < 300; i++) {
            data = data.concat(data(150));
        }
        putEntry(Entry.newBuilder().setData(data).build());

        assertThat(pieces()).hasSize(1);
    }

    @Test
    void shouldBeFullBeforeASecondArrayIsNeededWhenFramesAreSmall() {
        Entry entry = Entry.newBuilder().setData(data(128)).build();
        for (int batch = 0; batch < 1000; batch++) {
            for (int i = batch % 7 == 0 ? Integer.MAX_VALUE : batch % 100; i >= 0 && !buffer.isFull(); i--) {
                putEntry(entry);
            }
            assertThat(pieces()).as("pieces of batch %d", batch).hasSize(1);
            buffer.clear();
        }
    }

    @Test
    void shouldBeFullWhenOneEntryIsLarge() {
        putEntry(Entry.newBuilder().setData(data(FrameBuffer.ARRAY_BYTES)).build());

        assertThat(buffer.isFull()).isTrue();
    }

    @Test
    void shouldForgetEverythingWhenCleared() {
        putEntry(Entry.newBuilder().setData(data(100_000)).build());
        buffer.putByte(1);
        buffer.next();

        buffer.clear();

        assertThat(buffer.size()).isZero();
        assertThat(buffer.isFull()).isFalse();
        assertThat(buffer.next()).isNull();
        buffer.putByte(2);
        assertThat(pieces()).containsExactly(ByteString.fromHex("02"));
    }

    @Test
    void shouldLeaveAPieceAloneWhenTheNextIsTaken() {
        for (int i = 0; i < 40; i++) {
            putEntry(Entry.newBuilder().setIndex(i).setData(data(10_000)).build());
            putEntry(Entry.newBuilder().setIndex(i).setData(data(40_000)).build());
        }
        List<ByteBuffer> taken = new ArrayList<>();
        List<ByteString> seen = new ArrayList<>();
        for (ByteBuffer piece = buffer.next(); piece != null; piece = buffer.next()) {
            taken.add(piece);
            seen.add(ByteString.copyFrom(piece.duplicate()));
        }

        assertThat(taken).map(ByteString::copyFrom).isEqualTo(seen);
    }

    @Test
    void shouldKeepItsArraysWhileLargeBatchesComeAndLetGoOfThemAfterASmallOne() {
        Entry middling = Entry.newBuilder().setData(data(4_096)).build();
        int size = middling.getSerializedSize();
        Runnable batch = () -> {
            for (int i = 0; i < 64; i++) {
                buffer.putEntry(middling, size);
            }
            writeAll();
        };
        batch.run();
        batch.run();

        assertThat(Allocation.of(batch)).isLessThan(FrameBuffer.ARRAY_BYTES / 8);

        buffer.putByte(1);
        writeAll();
        assertThat(Allocation.of(batch)).isGreaterThan(2L * FrameBuffer.ARRAY_BYTES);
    }

    @Test
    void shouldKeepNoMoreArraysThanItMayWhenABatchNeedsMore() {
        Entry middling = Entry.newBuilder().setData(data(30_000)).build();
        int size = middling.getSerializedSize();
        int tooMany = 2 * FrameBuffer.MOST_KEPT_ARRAYS;
        Runnable batch = () -> {
            // Two to an array.
            for (int i = 0; i < 2 * tooMany; i++) {
                buffer.putEntry(middling, size);
            }
            writeAll();
        };
        batch.run();
        batch.run();

        assertThat(Allocation.of(batch))
                .isGreaterThan((long) (tooMany - FrameBuffer.MOST_KEPT_ARRAYS) * FrameBuffer.ARRAY_BYTES);
    }

    private void writeAll() {
        while (buffer.next() != null) {
            // Taken, and so written.
        }
        buffer.clear();
    }

    private void putEntry(Entry entry) {
        buffer.putEntry(entry, entry.getSerializedSize());
    }

    private List<ByteString> pieces() {
        List<ByteString> pieces = new ArrayList<>();
        for (ByteBuffer piece = buffer.next(); piece != null; piece = buffer.next()) {
            pieces.add(ByteString.copyFrom(piece));
        }
        return pieces;
    }

    private static UnknownFieldSet unknown(int size) {
        return UnknownFieldSet.newBuilder()
                .addField(
                        77,
                        UnknownFieldSet.Field.newBuilder()
                                .addLengthDelimited(data(size))
                                .build())
                .build();
    }

    private static ByteString data(int size) {
        byte[] bytes = new byte[size];
        for (int i = 0; i < size; i++) {
            bytes[i] = (byte) (i * 31 + i / 251);
        }
        return ByteString.copyFrom(bytes);
    }
}
