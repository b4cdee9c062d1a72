package dev.rafthttp.codec;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.rafthttp.raftpb.Message;
import dev.rafthttp.raftpb.MessageType;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

class MessageEncoderTest {
    private final FrameBuffer buffer = new FrameBuffer();
    private final MessageEncoder encoder = new MessageEncoder();
    private final RecordingSink sink = new RecordingSink();

    @Test
    void shouldWriteLengthAndMessageWhenEncoding() {
        encoder.encode(Message.newBuilder().setTerm(5).setCommit(300).build(), buffer);

        assertThat(Wire.drain(buffer)).isEqualTo(ByteString.fromHex("0000000000000005" + "2005" + "40ac02"));
    }

    @Test
    void shouldWriteOnlyTheLengthWhenMessageSaysNothing() {
        encoder.encode(Message.getDefaultInstance(), buffer);

        assertThat(Wire.drain(buffer)).isEqualTo(ByteString.fromHex("0000000000000000"));
    }

    /** As the capture of etcd has it, byte for byte. */
    @Test
    void shouldWriteWhatEtcdWritesWhenLinkHeartbeat() {
        GoldenCapture capture = GoldenCapture.load("message-link-heartbeats");

        encoder.encodeLinkHeartbeat(buffer);

        ByteString frame = Wire.drain(buffer);
        int first = capture.frameEnds().get(0);
        int second = capture.frameEnds().get(1);
        assertThat(capture.byteString().substring(first, second)).isEqualTo(frame);
        decode(frame);
        assertThat(sink.linkHeartbeats()).isEqualTo(1);
        assertThat(sink.messages()).isEmpty();
    }

    @Test
    void shouldBeLinkHeartbeatOnlyWhenTypeIsHeartbeatAndBothEndsAreZero() {
        Message heartbeat = Message.newBuilder()
                .setType(MessageType.MsgHeartbeat)
                .setTerm(1)
                .build();
        encoder.encode(heartbeat, buffer);
        encoder.encode(heartbeat.toBuilder().setFrom(1).build(), buffer);
        encoder.encode(heartbeat.toBuilder().setTo(1).build(), buffer);
        encoder.encode(heartbeat.toBuilder().setType(MessageType.MsgHup).build(), buffer);

        decode(Wire.drain(buffer));

        assertThat(sink.linkHeartbeats()).isEqualTo(1);
        assertThat(sink.messages()).hasSize(3);
    }

    private void decode(ByteString bytes) {
        new MessageDecoder(FrameLimits.DEFAULT, MemoryBudget.unlimited())
                .decode(ByteBuffer.wrap(bytes.toByteArray()), sink);
    }
}
