package dev.rafthttp.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import dev.rafthttp.codec.RecordingSink.Frame;
import dev.rafthttp.fixture.Seed;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.NavigableSet;
import java.util.TreeSet;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Cuts the captures where a network could: the same messages come out, each with its last byte and none before. */
class CutStreamTest {
    private static final String STREAMS = "dev.rafthttp.codec.GoldenCapture#streams";
    private static final String SHORT_STREAMS = "dev.rafthttp.codec.GoldenCapture#shortStreams";
    private static final int RANDOM_RUNS = 50;

    @ParameterizedTest
    @MethodSource(SHORT_STREAMS)
    void shouldDeliverTheSameWhenCutOnceAtAnyByte(GoldenCapture capture) {
        List<Frame> whole = decode(capture, new TreeSet<>());

        for (int cut = 0; cut <= capture.bytes().length; cut++) {
            assertThat(decode(capture, new TreeSet<>(List.of(cut))))
                    .as("cut at %d", cut)
                    .isEqualTo(whole);
        }
    }

    /** Each byte of the capture is the place of a cut in one of the runs. */
    @ParameterizedTest
    @MethodSource(STREAMS)
    void shouldDeliverTheSameWhenCutByAComb(GoldenCapture capture) {
        List<Frame> whole = decode(capture, new TreeSet<>());
        // The 3 MiB capture is nearly all data: fewer runs, whose teeth meet every kind of byte all the same.
        int distance = capture.bytes().length > 1 << 20 ? 65_521 : 211;
        int step = capture.bytes().length > 1 << 20 ? 509 : 1;

        for (int first = 0; first < distance; first += step) {
            NavigableSet<Integer> cuts = new TreeSet<>();
            for (int cut = first; cut < capture.bytes().length; cut += distance) {
                cuts.add(cut);
            }
            assertThat(decode(capture, cuts)).as("comb from %d", first).isEqualTo(whole);
        }
    }

    @ParameterizedTest
    @MethodSource(STREAMS)
    void shouldDeliverTheSameWhenCutAroundTheEndsOfFrames(GoldenCapture capture) {
        List<Frame> whole = decode(capture, new TreeSet<>());
        List<Integer> ends = capture.frameEnds();

        for (int end : ends.subList(0, Math.min(20, ends.size()))) {
            for (int cut = Math.max(0, end - 20); cut < Math.min(capture.bytes().length, end + 40); cut++) {
                assertThat(decode(capture, new TreeSet<>(List.of(cut))))
                        .as("cut at %d", cut)
                        .isEqualTo(whole);
            }
        }
    }

    @ParameterizedTest
    @MethodSource(STREAMS)
    void shouldDeliverTheSameWhenSlicedAtRandom(GoldenCapture capture) {
        List<Frame> whole = decode(capture, new TreeSet<>());

        for (int run = 0; run < RANDOM_RUNS; run++) {
            long seed = Seed.or(run);
            RecordingSink sink = new RecordingSink();
            new SlicedInput(seed).feed(capture.byteString(), capture.newDecoder(), sink);
            assertThat(sink.frames()).as(Seed.howToRepeat(seed)).isEqualTo(whole);
        }
    }

    @ParameterizedTest
    @MethodSource(STREAMS)
    void shouldDeliverEachFrameWithItsLastByteWhenFedOneByteAtATime(GoldenCapture capture) {
        List<Frame> whole = decode(capture, new TreeSet<>());
        NavigableSet<Integer> ends = new TreeSet<>(capture.frameEnds());
        FrameDecoder decoder = capture.newDecoder();
        RecordingSink sink = new RecordingSink();

        int delivered = 0;
        for (int fed = 1; fed <= capture.bytes().length; fed++) {
            decoder.decode(ByteBuffer.wrap(capture.bytes(), fed - 1, 1), sink);
            boolean isEnd = ends.contains(fed);
            delivered += isEnd ? 1 : 0;
            // No AssertJ for each of three million bytes.
            if (sink.frames().size() != delivered || decoder.isAtFrameBoundary() != isEnd || decoder.offset() != fed) {
                fail(
                        "after %d bytes: %d frames, not %d; at a boundary: %s; offset %d",
                        fed, sink.frames().size(), delivered, decoder.isAtFrameBoundary(), decoder.offset());
            }
        }
        assertThat(sink.frames()).isEqualTo(whole);
    }

    @ParameterizedTest
    @MethodSource(SHORT_STREAMS)
    void shouldDeliverOnlyWhatIsWholeWhenTruncatedAtAnyByte(GoldenCapture capture) {
        List<Frame> whole = decode(capture, new TreeSet<>());
        NavigableSet<Integer> ends = new TreeSet<>(capture.frameEnds());

        for (int length = 0; length < capture.bytes().length; length++) {
            FrameDecoder decoder = capture.newDecoder();
            RecordingSink sink = new RecordingSink();
            decoder.decode(ByteBuffer.wrap(capture.bytes(), 0, length), sink);
            int wholeFrames = ends.headSet(length, true).size();
            assertThat(sink.frames()).as("truncated to %d", length).isEqualTo(whole.subList(0, wholeFrames));
            assertThat(decoder.isAtFrameBoundary())
                    .as("truncated to %d", length)
                    .isEqualTo(length == 0 || ends.contains(length));
        }
    }

    private static List<Frame> decode(GoldenCapture capture, NavigableSet<Integer> cuts) {
        FrameDecoder decoder = capture.newDecoder();
        RecordingSink sink = new RecordingSink();
        int start = 0;
        for (int cut : cuts) {
            decoder.decode(ByteBuffer.wrap(capture.bytes(), start, cut - start), sink);
            start = cut;
        }
        decoder.decode(ByteBuffer.wrap(capture.bytes(), start, capture.bytes().length - start), sink);
        assertThat(decoder.isAtFrameBoundary()).isTrue();
        return sink.frames();
    }
}
