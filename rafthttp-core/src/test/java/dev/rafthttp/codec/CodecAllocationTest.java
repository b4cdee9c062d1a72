package dev.rafthttp.codec;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.rafthttp.codec.FrameDecoder.FrameSink;
import dev.rafthttp.raftpb.Entry;
import dev.rafthttp.raftpb.EntryType;
import dev.rafthttp.raftpb.Message;
import dev.rafthttp.raftpb.MessageType;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What steady replication allocates: nothing at the sender, and at the receiver the messages. */
class CodecAllocationTest {
    private static final long LEADER = 0x8e9e05c52164694dL;
    private static final long FOLLOWER = 3;
    private static final int ENTRIES = 20_000;
    private static final int DATA_BYTES = 128;

    /** What a read brings. */
    private static final int INPUT_BYTES = 32 << 10;

    private static final FrameSink IGNORE = new FrameSink() {
        @Override
        public boolean message(Message message, int encodedBytes) {
            return true;
        }

        @Override
        public void linkHeartbeat() {}
    };

    @ParameterizedTest
    @CsvSource({"1, 1", "1, 1000000", "64, 1", "64, 1000000"})
    void shouldAllocateNothingWhenEncodingAppEntries(int entries, int batch) {
        List<Message> messages = replication(entries);
        FrameBuffer buffer = new FrameBuffer();
        encode(messages, new MsgAppV2Encoder(LEADER, FOLLOWER, FrameLimits.DEFAULT), batch, buffer);

        long allocated = Allocation.of(
                () -> encode(messages, new MsgAppV2Encoder(LEADER, FOLLOWER, FrameLimits.DEFAULT), batch, buffer));

        assertIsNextToNothing(allocated);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 1_000_000})
    void shouldAllocateNothingWhenEncodingMessages(int batch) {
        List<Message> messages = replication(1);
        FrameBuffer buffer = new FrameBuffer();
        encode(messages, new MessageEncoder(), batch, buffer);

        long allocated = Allocation.of(() -> encode(messages, new MessageEncoder(), batch, buffer));

        assertIsNextToNothing(allocated);
    }

    /** The second array that a batch may need, once; nothing that grows with messages or batches. */
    private static void assertIsNextToNothing(long allocated) {
        assertThat(allocated).isLessThan(2L * FrameBuffer.ARRAY_BYTES);
    }

    /** The measure is what the same messages cost when they are built from builders that exist already. */
    @ParameterizedTest
    @ValueSource(ints = {1, 64})
    void shouldAllocateOnlyTheMessagesWhenDecodingAppEntries(int entries) {
        List<Message> messages = replication(entries);
        FrameBuffer buffer = new FrameBuffer();
        MsgAppV2Encoder encoder = new MsgAppV2Encoder(LEADER, FOLLOWER, FrameLimits.DEFAULT);
        messages.forEach(message -> encoder.encode(message, buffer));
        byte[] stream = Wire.drain(buffer).toByteArray();
        ByteBuffer input = ByteBuffer.wrap(stream);
        long least = Allocation.of(() -> messages.forEach(new Rebuilder()::rebuild));

        MsgAppV2Decoder decoder = new MsgAppV2Decoder(FOLLOWER, LEADER, FrameLimits.DEFAULT, MemoryBudget.unlimited());
        long allocated = Allocation.of(() -> {
            for (int start = 0; start < stream.length; start += INPUT_BYTES) {
                decoder.decode(
                        input.limit(Math.min(stream.length, start + INPUT_BYTES))
                                .position(start),
                        IGNORE);
            }
        });

        // The entry that a read cuts costs a protobuf stream and an array of its own.
        long reads = stream.length / INPUT_BYTES + 1L;
        assertThat(allocated).isGreaterThan(least / 2).isLessThan(least + reads * 512);
    }

    private static void encode(List<Message> messages, FrameEncoder encoder, int batch, FrameBuffer buffer) {
        int inBatch = 0;
        for (Message message : messages) {
            encoder.encode(message, buffer);
            if (++inBatch == batch || buffer.isFull()) {
                take(buffer);
                inBatch = 0;
            }
        }
        take(buffer);
    }

    private static void take(FrameBuffer buffer) {
        for (ByteBuffer piece = buffer.next(); piece != null; piece = buffer.next()) {
            piece.position(piece.limit());
        }
        buffer.clear();
    }

    private static List<Message> replication(int entries) {
        ByteString data = ByteString.copyFrom(new byte[DATA_BYTES]);
        List<Message> messages = new ArrayList<>();
        long index = 1;
        for (int i = 0; i < ENTRIES / entries; i++) {
            Message.Builder message = Message.newBuilder()
                    .setType(MessageType.MsgApp)
                    .setFrom(LEADER)
                    .setTo(FOLLOWER)
                    .setTerm(7)
                    .setLogTerm(7)
                    .setIndex(index)
                    .setCommit(index);
            for (int j = 0; j < entries; j++) {
                message.addEntries(Entry.newBuilder()
                        .setType(EntryType.EntryNormal)
                        .setTerm(7)
                        .setIndex(++index)
                        .setData(data));
            }
            messages.add(message.build());
        }
        return messages;
    }

    /** Makes a message and all that it consists of anew, and nothing else. */
    private static final class Rebuilder {
        private final Message.Builder message = Message.newBuilder();
        private final Entry.Builder entry = Entry.newBuilder();
        private final List<Entry> entries = new ArrayList<>();
        private final byte[] data = new byte[DATA_BYTES];

        Message rebuild(Message original) {
            for (int i = 0; i < original.getEntriesCount(); i++) {
                Entry each = original.getEntries(i);
                entries.add(entry.clear()
                        .setType(each.getType())
                        .setTerm(each.getTerm())
                        .setIndex(each.getIndex())
                        .setData(ByteString.copyFrom(data))
                        .build());
            }
            Message rebuilt = message.clear()
                    .setType(original.getType())
                    .setFrom(original.getFrom())
                    .setTo(original.getTo())
                    .setTerm(original.getTerm())
                    .setLogTerm(original.getLogTerm())
                    .setIndex(original.getIndex())
                    .addAllEntries(entries)
                    .setCommit(original.getCommit())
                    .build();
            entries.clear();
            return rebuilt;
        }
    }
}
