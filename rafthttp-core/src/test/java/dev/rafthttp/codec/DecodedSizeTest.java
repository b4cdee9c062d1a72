package dev.rafthttp.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.rafthttp.FrameTooLargeException;
import dev.rafthttp.fixture.RandomMessages;
import dev.rafthttp.fixture.Seed;
import dev.rafthttp.raftpb.ConfState;
import dev.rafthttp.raftpb.Entry;
import dev.rafthttp.raftpb.Message;
import dev.rafthttp.raftpb.Snapshot;
import dev.rafthttp.raftpb.SnapshotMetadata;
import java.io.IOException;
import java.lang.ref.Reference;
import java.util.HexFormat;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class DecodedSizeTest {
    private static final int COUNT = 20_000;

    /** Bytes that become many times as much. Fields 100 and above are known to no message. */
    static Stream<Arguments> amplifiers() throws IOException {
        return Stream.of(
                Arguments.of("empty entries", repeated("3a00")),
                Arguments.of("entries of one byte of data", repeated("3a0322017a")),
                Arguments.of("entries with an unknown field", repeated("3a03a00601")),
                Arguments.of("entries of an unknown type", repeated("3a020863")),
                Arguments.of("an unknown number, again and again", repeated("a00601")),
                Arguments.of("unknown numbers, all others", others()),
                Arguments.of("unknown bytes", repeated("a20600")),
                Arguments.of("unknown groups", repeated("a306a406")),
                Arguments.of("a type that is unknown", repeated("0863")),
                Arguments.of("voters", conf(false)),
                Arguments.of("packed voters", conf(true)),
                Arguments.of("responses", repeated("7200")),
                Arguments.of("responses in responses", nested()));
    }

    private static ByteString repeated(String hex) {
        byte[] one = HexFormat.of().parseHex(hex);
        ByteString.Output all = ByteString.newOutput();
        for (int i = 0; i < COUNT; i++) {
            all.write(one, 0, one.length);
        }
        return all.toByteString();
    }

    private static ByteString others() throws IOException {
        ByteString.Output all = ByteString.newOutput();
        CodedOutputStream out = CodedOutputStream.newInstance(all);
        for (int i = 0; i < COUNT; i++) {
            out.writeUInt64(100 + i, 1);
        }
        out.flush();
        return all.toByteString();
    }

    private static ByteString conf(boolean isPacked) throws IOException {
        ByteString.Output state = ByteString.newOutput();
        CodedOutputStream out = CodedOutputStream.newInstance(state);
        if (isPacked) {
            out.writeByteArray(1, new byte[COUNT]);
        } else {
            for (int i = 0; i < COUNT; i++) {
                out.writeUInt64(1, 1);
            }
        }
        out.flush();
        // A voter takes two bytes where it stands alone, so that the state is parsed and not built.
        SnapshotMetadata metadata = SnapshotMetadata.newBuilder()
                .setConfState(ConfState.parseFrom(state.toByteString()))
                .build();
        ByteString whole = Message.newBuilder()
                .setSnapshot(Snapshot.newBuilder().setMetadata(metadata))
                .build()
                .toByteString();
        return isPacked ? packed(state.toByteString()) : whole;
    }

    /** Message.snapshot.metadata.conf_state, written by hand, since protobuf itself does not pack in proto2. */
    private static ByteString packed(ByteString state) throws IOException {
        return field(9, field(2, field(1, state)));
    }

    private static ByteString field(int number, ByteString content) throws IOException {
        ByteString.Output all = ByteString.newOutput();
        CodedOutputStream out = CodedOutputStream.newInstance(all);
        out.writeBytes(number, content);
        out.flush();
        return all.toByteString();
    }

    private static ByteString nested() throws IOException {
        ByteString.Output all = ByteString.newOutput();
        for (int i = 0; i < COUNT / 50; i++) {
            ByteString inner = ByteString.EMPTY;
            for (int depth = 0; depth < 50; depth++) {
                inner = field(14, inner);
            }
            inner.writeTo(all);
        }
        return all.toByteString();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("amplifiers")
    void shouldCoverWhatTheHeapHoldsWhenBytesBecomeManyTimesAsMuch(String what, ByteString encoded) throws IOException {
        long estimate = DecodedSize.of(Message.getDescriptor(), encoded, 0, Long.MAX_VALUE);

        long held = heldBy(encoded);
        assertThat(estimate).as(what).isBetween(held, held * 8);
    }

    /** What stays of a decoded message after a collection, by the heap's own account; the least of five times. */
    private static long heldBy(ByteString encoded) throws IOException {
        long least = Long.MAX_VALUE;
        for (int i = 0; i < 5; i++) {
            long before = used();
            Message[] messages = new Message[8];
            for (int copy = 0; copy < messages.length; copy++) {
                messages[copy] = decode(ByteString.copyFrom(encoded.toByteArray()));
            }
            long held = used() - before;
            Reference.reachabilityFence(messages);
            least = Math.min(least, held / messages.length);
        }
        return least;
    }

    private static long used() {
        Runtime runtime = Runtime.getRuntime();
        System.gc();
        return runtime.totalMemory() - runtime.freeMemory();
    }

    private static Message decode(ByteString encoded) throws IOException {
        CodedInputStream in = encoded.newCodedInput();
        in.enableAliasing(true);
        return Message.parseFrom(in);
    }

    @Test
    void shouldEstimateAtMostTwiceTheBytesWhenEntriesAreAsRaftWritesThem() {
        Message.Builder app = Message.newBuilder();
        for (int i = 0; i < 64; i++) {
            app.addEntries(
                    Entry.newBuilder().setTerm(7).setIndex(1_000_000 + i).setData(ByteString.copyFrom(new byte[128])));
        }
        ByteString encoded = app.build().toByteString();

        assertThat(DecodedSize.of(Message.getDescriptor(), encoded, 0, Long.MAX_VALUE))
                .isLessThan(2L * encoded.size() + 200);
        assertThat(DecodedSize.weight(app.build())).isEqualTo(encoded.size());
    }

    @Test
    void shouldWeighHalfOfWhatItBecomesWhenAMessageBecomesMuch() throws IOException {
        Message message = Message.parseFrom(repeated("3a00"));

        assertThat(DecodedSize.weight(message)).isBetween(COUNT * 30, COUNT * 70);
        assertThat(DecodedSize.weight(Message.parseFrom(repeated("a00601")))).isBetween(COUNT * 50, COUNT * 100);
    }

    @Test
    void shouldStopAtTheLimitWhenMoreFollows() {
        ByteString encoded = repeated("3a00");

        assertThatThrownBy(() -> DecodedSize.of(Message.getDescriptor(), encoded, 0, 100_000))
                .isInstanceOf(FrameTooLargeException.class)
                .hasMessageMatching("decoded, the message would take more than the limit of 100000 bytes:"
                        + " 1000\\d\\d with its first \\d{3,4} bytes");
    }

    @Test
    void shouldLeaveItToProtobufWhenBytesAreNoMessage() {
        long seed = Seed.or(16);
        Random random = new Random(seed);
        RandomMessages messages = new RandomMessages(seed);
        for (int i = 0; i < 2_000; i++) {
            byte[] bytes = messages.next().toByteArray();
            for (int change = random.nextInt(3); bytes.length > 0 && change >= 0; change--) {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
            }
            ByteString damaged = ByteString.copyFrom(bytes, 0, random.nextInt(bytes.length + 1));

            long estimate = DecodedSize.of(Message.getDescriptor(), damaged, 0, Long.MAX_VALUE);

            assertThat(estimate).as(Seed.howToRepeat(seed)).isGreaterThanOrEqualTo(damaged.size());
            assertAllRead(damaged, estimate);
        }
    }

    /** Where protobuf reads a message, the estimate is of all of it: another part in front makes it larger. */
    private static void assertAllRead(ByteString bytes, long estimate) {
        try {
            Message.parseFrom(bytes);
        } catch (InvalidProtocolBufferException corrupt) {
            return;
        }
        ByteString more = bytes.concat(ByteString.copyFrom(new byte[] {0x3a, 0}));
        assertThat(DecodedSize.of(Message.getDescriptor(), more, 0, Long.MAX_VALUE))
                .isEqualTo(estimate + 2 + DecodedSize.ENTRY_BYTES);
    }
}
