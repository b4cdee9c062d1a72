package dev.rafthttp.sidecar.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.google.protobuf.ByteString;
import com.google.protobuf.CodedOutputStream;
import dev.rafthttp.raftpb.ConfState;
import dev.rafthttp.raftpb.Entry;
import dev.rafthttp.raftpb.Message;
import dev.rafthttp.raftpb.MessageType;
import dev.rafthttp.raftpb.Snapshot;
import dev.rafthttp.raftpb.SnapshotMetadata;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.junit.jupiter.api.Test;

/** Messages that raft.proto does not name whole, as raft-rs and newer members send them, in JSON and back. */
class MessageJsonTest {
    private static final int ENTRY_CONTEXT = 6;
    private static final int ENTRY_SYNC_LOG = 5;

    private interface Writing {
        void to(CodedOutputStream out) throws IOException;
    }

    private static ByteString wire(Writing fields) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        CodedOutputStream out = CodedOutputStream.newInstance(bytes);
        fields.to(out);
        out.flush();
        return ByteString.copyFrom(bytes.toByteArray());
    }

    private static Message parse(String json) {
        return MessageJson.parse(ByteBuffer.wrap(json.getBytes(StandardCharsets.UTF_8)));
    }

    private static JsonObject printed(Message message) {
        return JsonParser.parseString(MessageJson.print(message)).getAsJsonObject();
    }

    /** Of raft-rs' eraftpb: priority, commit_term and the older priority; an entry with sync_log and context. */
    private static Message raftRs() throws IOException {
        ByteString entry = wire(out -> {
            out.writeUInt64(Entry.TERM_FIELD_NUMBER, 3);
            out.writeUInt64(Entry.INDEX_FIELD_NUMBER, 9);
            out.writeBool(ENTRY_SYNC_LOG, true);
            out.writeString(ENTRY_CONTEXT, "ctx");
        });
        return Message.parseFrom(wire(out -> {
            out.writeEnum(Message.TYPE_FIELD_NUMBER, MessageType.MsgApp.getNumber());
            out.writeUInt64(Message.TO_FIELD_NUMBER, 2);
            out.writeUInt64(Message.FROM_FIELD_NUMBER, 1);
            out.writeBytes(Message.ENTRIES_FIELD_NUMBER, entry);
            out.writeUInt64(14, 5);
            out.writeUInt64(15, 7);
            out.writeInt64(16, -1);
        }));
    }

    @Test
    void shouldCarryTheFieldsOfRaftRsWhenTheyHaveNoName() throws IOException {
        Message message = raftRs();

        JsonObject json = printed(message);

        assertThat(json.has("unknownFields")).as(json.toString()).isTrue();
        assertThat(json.getAsJsonArray("entries").get(0).getAsJsonObject().has("unknownFields"))
                .isTrue();
        assertThat(parse(json.toString())).isEqualTo(message);
        assertThat(parse(json.toString()).toByteString()).isEqualTo(message.toByteString());
    }

    @Test
    void shouldWriteATypeThatHasNoNameAsItsNumber() throws IOException {
        Message message = Message.parseFrom(wire(out -> {
            out.writeEnum(Message.TYPE_FIELD_NUMBER, 99);
            out.writeBytes(Message.ENTRIES_FIELD_NUMBER, wire(entry -> entry.writeEnum(Entry.TYPE_FIELD_NUMBER, 7)));
        }));

        assertThat(MessageJson.print(message)).isEqualTo("{\"entries\":[{\"Type\":7}],\"type\":99}");
        assertThat(parse("{\"entries\":[{\"Type\":7}],\"type\":99}")).isEqualTo(message);
        assertThat(parse("{\"type\":8}").getType()).isEqualTo(MessageType.MsgHeartbeat);
    }

    @Test
    void shouldCarryWhatHasNoNameInASnapshotAndInResponses() throws IOException {
        ByteString field = wire(out -> out.writeString(77, "x"));
        Message message = Message.newBuilder()
                .setType(MessageType.MsgSnap)
                .setSnapshot(Snapshot.newBuilder()
                        .mergeFrom(field)
                        .setMetadata(SnapshotMetadata.newBuilder()
                                .mergeFrom(field)
                                .setConfState(
                                        ConfState.newBuilder().addVoters(1).mergeFrom(field))))
                .addResponses(Message.newBuilder().setType(MessageType.MsgAppResp))
                .addResponses(raftRs())
                .build();

        assertThat(parse(MessageJson.print(message))).isEqualTo(message);
    }

    @Test
    void shouldCarryATypeThatCameTwice() throws IOException {
        Message message = Message.parseFrom(wire(out -> {
            out.writeEnum(Message.TYPE_FIELD_NUMBER, 98);
            out.writeEnum(Message.TYPE_FIELD_NUMBER, 99);
        }));

        assertThat(parse(MessageJson.print(message))).isEqualTo(message);
    }

    @Test
    void shouldReadAFieldThatHasANameByItsNameWhereverItStands() throws IOException {
        String to = Base64.getEncoder()
                .encodeToString(
                        wire(out -> out.writeUInt64(Message.TO_FIELD_NUMBER, 5)).toByteArray());

        Message message = parse("{\"type\":\"MsgApp\",\"to\":\"2\",\"unknownFields\":\"" + to + "\"}");

        assertThat(message.getTo()).isEqualTo(5);
        assertThat(message.getUnknownFields().asMap()).isEmpty();
    }

    @Test
    void shouldSayWhatIsWrongInWordsOfItsOwn() {
        assertThatThrownBy(() -> parse("{\"type\":\"MsgApp\",}"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("no JSON")
                .hasMessageNotContaining("gson");
        assertThatThrownBy(() -> parse("{\"typ\":\"MsgApp\"}")).hasMessageContaining("typ");
        assertThatThrownBy(() -> parse("{\"type\":\"MsgNone\"}")).hasMessageContaining("MsgNone");
        assertThatThrownBy(() -> parse("{\"unknownFields\":7}")).hasMessageContaining("unknownFields is 7");
        assertThatThrownBy(() -> parse("{\"unknownFields\":\"Bw==\"}")).hasMessageContaining("unknownFields");
    }
}
