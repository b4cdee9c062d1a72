package dev.rafthttp.codec;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.rafthttp.codec.RecordingSink.Frame;
import dev.rafthttp.raftpb.Message;
import java.nio.ByteBuffer;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Holds the codecs to what etcd wrote. */
class GoldenCaptureTest {

    @ParameterizedTest
    @MethodSource("dev.rafthttp.codec.GoldenCapture#streams")
    void shouldDecodeToItsMessagesWhenEtcdWroteIt(GoldenCapture capture) {
        RecordingSink sink = decode(capture);

        assertThat(GoldenJson.of(sink.messages())).isEqualTo(capture.json().get("messages"));
    }

    @ParameterizedTest
    @MethodSource("dev.rafthttp.codec.GoldenCapture#streams")
    void shouldEncodeToTheSameBytesWhenDecodedBefore(GoldenCapture capture) {
        FrameBuffer buffer = new FrameBuffer();
        FrameEncoder encoder = capture.newEncoder();

        for (Frame frame : decode(capture).frames()) {
            if (frame.isLinkHeartbeat()) {
                encoder.encodeLinkHeartbeat(buffer);
            } else {
                encoder.encode(frame.message(), buffer);
            }
        }

        assertThat(buffer.size()).isEqualTo(capture.bytes().length);
        assertThat(Wire.drain(buffer)).isEqualTo(capture.byteString());
    }

    @ParameterizedTest
    @MethodSource("dev.rafthttp.codec.GoldenCapture#streams")
    void shouldSayTheSizeOfTheFrameWhenDelivered(GoldenCapture capture) {
        List<Frame> frames = decode(capture).frames();

        List<Integer> ends = capture.frameEnds();
        assertThat(frames).hasSameSizeAs(ends);
        int start = 0;
        for (int i = 0; i < ends.size(); i++) {
            if (!frames.get(i).isLinkHeartbeat()) {
                assertThat(frames.get(i).bytes()).isEqualTo(ends.get(i) - start);
            }
            start = ends.get(i);
        }
    }

    @ParameterizedTest
    @MethodSource("dev.rafthttp.codec.GoldenCapture#streams")
    void shouldHaveLinkHeartbeatsWhereTheCaptureHasThem(GoldenCapture capture) {
        boolean has = capture.name().endsWith("link-heartbeats");

        assertThat(decode(capture).linkHeartbeats() > 0).isEqualTo(has);
    }

    @Test
    void shouldKeepMessageAndBytesWhenPipelined() throws InvalidProtocolBufferException {
        GoldenCapture capture = GoldenCapture.load("raft");

        Message message = Message.parseFrom(capture.bytes());

        assertThat(GoldenJson.of(message)).isEqualTo(capture.json().get("message"));
        assertThat(message.toByteString()).isEqualTo(capture.byteString());
    }

    @Test
    void shouldKeepMessageAndDatabaseWhenSnapshot() {
        GoldenCapture capture = GoldenCapture.load("raft-snapshot");
        int databaseBytes = capture.json().get("databaseBytes").getAsInt();
        int frameBytes = capture.bytes().length - databaseBytes;
        MessageDecoder decoder = new MessageDecoder(new FrameLimits(64 << 20), MemoryBudget.unlimited());
        RecordingSink sink = new RecordingSink();

        decoder.decode(ByteBuffer.wrap(capture.bytes(), 0, frameBytes), sink);

        assertThat(decoder.isAtFrameBoundary()).isTrue();
        assertThat(GoldenJson.of(sink.messages().get(0)))
                .isEqualTo(capture.json().get("message"));
        ByteString database = capture.byteString().substring(frameBytes);
        assertThat(GoldenJson.sha256(database))
                .isEqualTo(capture.json().get("databaseSha256").getAsString());
        FrameBuffer buffer = new FrameBuffer();
        new MessageEncoder().encode(sink.messages().get(0), buffer);
        assertThat(Wire.drain(buffer).concat(database)).isEqualTo(capture.byteString());
    }

    private static RecordingSink decode(GoldenCapture capture) {
        FrameDecoder decoder = capture.newDecoder();
        RecordingSink sink = new RecordingSink();
        decoder.decode(ByteBuffer.wrap(capture.bytes()), sink);
        assertThat(decoder.isAtFrameBoundary()).isTrue();
        assertThat(decoder.offset()).isEqualTo(capture.bytes().length);
        return sink;
    }
}
