package dev.rafthttp.codec;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.google.protobuf.ByteString;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

/** One file of bytes that etcd wrote, and the JSON of what it was given to write. */
final class GoldenCapture {
    private final String name;
    private final byte[] bytes;
    private final JsonObject json;

    private GoldenCapture(String name, byte[] bytes, JsonObject json) {
        this.name = name;
        this.bytes = bytes;
        this.json = json;
    }

    /** The captures of streams. */
    static Stream<GoldenCapture> streams() {
        return Stream.of(
                        "message-all-types",
                        "message-link-heartbeats",
                        "msgappv2-big-entries",
                        "msgappv2-extreme-values",
                        "msgappv2-link-heartbeats",
                        "msgappv2-random",
                        "msgappv2-seed-sequence",
                        "msgappv2-zero-state")
                .map(GoldenCapture::load);
    }

    /** Those of {@link #streams} that are small enough for work that grows with the square of their size. */
    static Stream<GoldenCapture> shortStreams() {
        return streams().filter(capture -> capture.bytes.length < 4096);
    }

    static GoldenCapture load(String name) {
        String text = new String(resource(name + ".json"), StandardCharsets.UTF_8);
        return new GoldenCapture(
                name, resource(name + ".bin"), JsonParser.parseString(text).getAsJsonObject());
    }

    private static byte[] resource(String file) {
        try (InputStream in = GoldenCapture.class.getResourceAsStream("/golden/" + file)) {
            return Objects.requireNonNull(in, file).readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private boolean isMsgAppV2() {
        return json.get("stream").getAsString().equals("msgapp");
    }

    private long id(String end) {
        return Long.parseUnsignedLong(json.get(end).getAsString());
    }

    /** As the member that wrote the capture had it. */
    FrameEncoder newEncoder() {
        return isMsgAppV2()
                ? new MsgAppV2Encoder(id("local"), id("remote"), FrameLimits.DEFAULT)
                : new MessageEncoder();
    }

    /** As the member that read the capture had it. */
    FrameDecoder newDecoder() {
        return isMsgAppV2()
                ? new MsgAppV2Decoder(id("remote"), id("local"), FrameLimits.DEFAULT, MemoryBudget.unlimited())
                : new MessageDecoder(FrameLimits.DEFAULT, MemoryBudget.unlimited());
    }

    /** Where each frame ends, found by hand and not by the decoder under test. */
    List<Integer> frameEnds() {
        ByteBuffer in = ByteBuffer.wrap(bytes);
        List<Integer> ends = new ArrayList<>();
        while (in.hasRemaining()) {
            int type = isMsgAppV2() ? in.get() : MsgAppV2Frame.MSG_APP;
            if (type == MsgAppV2Frame.MSG_APP) {
                skipBody(in);
            } else if (type == MsgAppV2Frame.APP_ENTRIES) {
                for (long left = in.getLong(); left > 0; left--) {
                    skipBody(in);
                }
                in.getLong();
            }
            ends.add(in.position());
        }
        return ends;
    }

    private static void skipBody(ByteBuffer in) {
        int length = Math.toIntExact(in.getLong());
        in.position(in.position() + length);
    }

    String name() {
        return name;
    }

    /** The whole description. */
    JsonObject json() {
        return json;
    }

    byte[] bytes() {
        return bytes;
    }

    ByteString byteString() {
        return ByteString.copyFrom(bytes);
    }

    @Override
    public String toString() {
        return name;
    }
}
