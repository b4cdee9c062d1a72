package dev.rafthttp.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import com.google.protobuf.ByteString;
import dev.rafthttp.codec.RecordingSink.Frame;
import dev.rafthttp.fixture.MessageValues;
import dev.rafthttp.fixture.RandomMessages;
import dev.rafthttp.fixture.RandomReplication;
import dev.rafthttp.fixture.Seed;
import dev.rafthttp.raftpb.Message;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Drives encoder and decoder against each other: over a million messages in all. */
class RandomStreamTest {
    private static final int MESSAGES = 260_000;
    private static final long LEADER = 0x8e9e05c52164694dL;
    private static final long FOLLOWER = 0x91bc3c398fb3c146L;

    @ParameterizedTest
    @ValueSource(longs = {1, 2})
    void shouldDeliverTheSameMessagesWhenOnTheMessageStream(long usualSeed) {
        long seed = Seed.or(usualSeed);
        RandomMessages messages = new RandomMessages(seed);
        Stream stream = new Stream(
                seed, new MessageEncoder(), new MessageDecoder(FrameLimits.DEFAULT, MemoryBudget.unlimited()));

        stream.carry(messages::next);

        assertThat(stream.exact).as("messages that are no link heartbeats").isGreaterThan(MESSAGES * 99 / 100);
    }

    @ParameterizedTest
    @ValueSource(longs = {3, 4})
    void shouldDeliverMessagesOfTheSameValueWhenOnTheMsgAppV2Stream(long usualSeed) {
        long seed = Seed.or(usualSeed);
        RandomReplication messages = new RandomReplication(seed, LEADER, FOLLOWER);
        Stream stream = new Stream(
                seed,
                new MsgAppV2Encoder(LEADER, FOLLOWER, FrameLimits.DEFAULT),
                new MsgAppV2Decoder(FOLLOWER, LEADER, FrameLimits.DEFAULT, MemoryBudget.unlimited()));

        stream.carry(messages::next);

        assertThat(stream.appEntries).as("messages sent as AppEntries").isGreaterThan(MESSAGES / 2);
        assertThat(stream.exact).as("messages sent whole").isGreaterThan(MESSAGES / 20);
    }

    /** One stream from an encoder to a decoder, which checks every message at its end. */
    private static final class Stream {
        private final long seed;
        private final SplittableRandom random;
        private final FrameEncoder encoder;
        private final FrameDecoder decoder;
        private final SlicedInput network;
        private final FrameBuffer buffer = new FrameBuffer();
        private final RecordingSink sink = new RecordingSink();

        /** Null is a link heartbeat. */
        private final List<@Nullable Message> sent = new ArrayList<>();

        private int appEntries;
        private int exact;

        Stream(long seed, FrameEncoder encoder, FrameDecoder decoder) {
            this.seed = seed;
            this.random = new SplittableRandom(seed);
            this.encoder = encoder;
            this.decoder = decoder;
            this.network = new SlicedInput(seed);
        }

        void carry(Supplier<Message> messages) {
            int left = MESSAGES;
            while (left > 0) {
                for (int batch = 1 + random.nextInt(400); batch > 0 && left > 0 && !buffer.isFull(); batch--) {
                    put(messages.get());
                    left--;
                }
                long size = buffer.size();
                ByteString bytes = Wire.drain(buffer);
                assertThat(bytes.size()).isEqualTo(size);
                network.feed(bytes, decoder, sink);
                check();
            }
        }

        private void put(Message message) {
            if (random.nextInt(100) == 0) {
                encoder.encodeLinkHeartbeat(buffer);
                sent.add(null);
            }
            encoder.encode(message, buffer);
            // WIRE: on the message stream such a message means a link heartbeat, whatever else it says.
            boolean isLinkHeartbeat = encoder instanceof MessageEncoder && MessageEncoder.isLinkHeartbeat(message);
            sent.add(isLinkHeartbeat ? null : message);
        }

        private void check() {
            assertThat(decoder.isAtFrameBoundary()).isTrue();
            assertThat(sink.frames()).as(Seed.howToRepeat(seed)).hasSameSizeAs(sent);
            for (int i = 0; i < sent.size(); i++) {
                check(sent.get(i), sink.frames().get(i));
            }
            sent.clear();
            sink.frames().clear();
        }

        private void check(@Nullable Message message, Frame frame) {
            assertThat(frame.isLinkHeartbeat()).isEqualTo(message == null);
            if (message == null) {
                return;
            }
            boolean isAppEntries = encoder instanceof MsgAppV2Encoder && frame.bytes() == appEntriesBytes(message);
            boolean isRight = isAppEntries
                    ? MessageValues.areEqual(message, frame.message())
                            && message.getEntriesList().equals(frame.message().getEntriesList())
                    : message.equals(frame.message());
            if (!isRight) {
                fail("%s: sent%n%s%nand got%n%s", Seed.howToRepeat(seed), message, frame.message());
            }
            if (isAppEntries) {
                appEntries++;
            } else {
                exact++;
            }
        }

        private static int appEntriesBytes(Message message) {
            return 1
                    + 2 * Long.BYTES
                    + message.getEntriesList().stream()
                            .mapToInt(entry -> Long.BYTES + entry.getSerializedSize())
                            .sum();
        }
    }
}
