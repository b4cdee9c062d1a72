package dev.rafthttp.codec;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnknownFieldSet;
import dev.rafthttp.codec.RecordingSink.Frame;
import dev.rafthttp.fixture.MessageValues;
import dev.rafthttp.raftpb.ConfState;
import dev.rafthttp.raftpb.Entry;
import dev.rafthttp.raftpb.EntryType;
import dev.rafthttp.raftpb.Message;
import dev.rafthttp.raftpb.MessageType;
import dev.rafthttp.raftpb.Snapshot;
import dev.rafthttp.raftpb.SnapshotMetadata;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class MsgAppV2EncoderTest {
    private static final long LEADER = 0x8e9e05c52164694dL;
    private static final long FOLLOWER = 3;
    private static final UnknownFieldSet UNKNOWN =
            UnknownFieldSet.newBuilder().mergeVarintField(99, 1).build();

    private final FrameBuffer buffer = new FrameBuffer();
    private final MsgAppV2Encoder encoder = new MsgAppV2Encoder(LEADER, FOLLOWER, FrameLimits.DEFAULT);
    private final MsgAppV2Decoder decoder =
            new MsgAppV2Decoder(FOLLOWER, LEADER, FrameLimits.DEFAULT, MemoryBudget.unlimited());

    /** Leads both ends to term 7 and index 10. */
    @BeforeEach
    void leadToTermSevenAndIndexTen() {
        assertThat(frameTypeOf(msgApp(7, 9).setLogTerm(6).addEntries(entry(7, 10))))
                .isEqualTo(MsgAppV2Frame.MSG_APP);
    }

    @Test
    void shouldUseAppEntriesWhenMessageContinuesTheStream() {
        assertThat(frameTypeOf(msgApp(7, 10).addEntries(entry(7, 11)).addEntries(entry(7, 12))))
                .isEqualTo(MsgAppV2Frame.APP_ENTRIES);
        assertThat(frameTypeOf(msgApp(7, 12))).isEqualTo(MsgAppV2Frame.APP_ENTRIES);
        assertThat(frameTypeOf(msgApp(7, 12).addEntries(entry(7, 13)))).isEqualTo(MsgAppV2Frame.APP_ENTRIES);
    }

    @Test
    void shouldUseMsgAppAndGoOnFromItWhenIndexIsAnother() {
        assertThat(frameTypeOf(msgApp(7, 5))).isEqualTo(MsgAppV2Frame.MSG_APP);
        assertThat(frameTypeOf(msgApp(7, 5).addEntries(entry(7, 6)))).isEqualTo(MsgAppV2Frame.APP_ENTRIES);
    }

    @Test
    void shouldUseMsgAppAndGoOnFromItWhenTermIsAnother() {
        assertThat(frameTypeOf(msgApp(8, 10).setLogTerm(7).addEntries(entry(8, 11))))
                .isEqualTo(MsgAppV2Frame.MSG_APP);
        assertThat(frameTypeOf(msgApp(8, 11))).isEqualTo(MsgAppV2Frame.APP_ENTRIES);
    }

    @Test
    void shouldUseMsgAppWhenTermIsTheStreamsButLogTermIsNot() {
        assertThat(frameTypeOf(msgApp(7, 10).setLogTerm(6))).isEqualTo(MsgAppV2Frame.MSG_APP);
    }

    @Test
    void shouldGoOnFromTheLastEntrysOwnIndexWhenMsgAppHasEntries() {
        assertThat(frameTypeOf(msgApp(7, 5).addEntries(entry(7, 41)).addEntries(entry(7, 42))))
                .isEqualTo(MsgAppV2Frame.MSG_APP);
        assertThat(frameTypeOf(msgApp(7, 42))).isEqualTo(MsgAppV2Frame.APP_ENTRIES);
    }

    @Test
    void shouldUseAppEntriesFromTheStartWhenTermAndIndexAreZero() {
        MsgAppV2Encoder fresh = new MsgAppV2Encoder(LEADER, FOLLOWER, FrameLimits.DEFAULT);

        fresh.encode(msgApp(0, 0).build(), buffer);

        assertThat(Wire.drain(buffer)).isEqualTo(ByteString.fromHex("01" + "00".repeat(16)));
    }

    @Test
    void shouldUseAppEntriesWhenIndexWrapsAround() {
        frameTypeOf(msgApp(7, -2));
        assertThat(frameTypeOf(msgApp(7, -2).addEntries(entry(7, -1)).addEntries(entry(7, 0))))
                .isEqualTo(MsgAppV2Frame.APP_ENTRIES);
        assertThat(frameTypeOf(msgApp(7, 0))).isEqualTo(MsgAppV2Frame.APP_ENTRIES);
    }

    @Test
    void shouldKeepWhatAnEntryHasWhenInAppEntries() {
        Entry odd = Entry.newBuilder().setIndex(99).setUnknownFields(UNKNOWN).build();
        Entry empty = Entry.getDefaultInstance();
        Message message = msgApp(7, 10).addEntries(odd).addEntries(empty).build();

        encoder.encode(message, buffer);
        RecordingSink sink = decodeAll();

        assertThat(sink.messages().get(0).getEntriesList()).containsExactly(odd, empty);
        assertThat(sink.frames().get(0).bytes()).isEqualTo(1 + 8 + 8 + odd.getSerializedSize() + 8 + 8);
    }

    @ParameterizedTest
    @MethodSource
    void shouldUseAppEntriesWhenFieldSaysOnlyItsDefault(UnaryOperator<Message.Builder> change) {
        assertThat(frameTypeOf(change.apply(msgApp(7, 10)))).isEqualTo(MsgAppV2Frame.APP_ENTRIES);
    }

    static Stream<Named<UnaryOperator<Message.Builder>>> shouldUseAppEntriesWhenFieldSaysOnlyItsDefault() {
        return Stream.of(
                change("reject", message -> message.setReject(false)),
                change("reject hint", message -> message.setRejectHint(0)),
                change("vote", message -> message.setVote(0)),
                change("context", message -> message.setContext(ByteString.EMPTY)),
                change("snapshot", message -> message.setSnapshot(Snapshot.getDefaultInstance())),
                change(
                        "snapshot of etcd 3.5",
                        message -> message.setSnapshot(Snapshot.newBuilder()
                                .setData(ByteString.EMPTY)
                                .setMetadata(SnapshotMetadata.newBuilder()
                                        .setConfState(ConfState.newBuilder().setAutoLeave(false))
                                        .setIndex(0)
                                        .setTerm(0)))),
                change("no commit", Message.Builder::clearCommit));
    }

    @ParameterizedTest
    @MethodSource
    void shouldUseMsgAppWhenAppEntriesWouldLoseSomething(UnaryOperator<Message.Builder> change) {
        assertThat(frameTypeOf(change.apply(msgApp(7, 10)))).isEqualTo(MsgAppV2Frame.MSG_APP);
    }

    static Stream<Named<UnaryOperator<Message.Builder>>> shouldUseMsgAppWhenAppEntriesWouldLoseSomething() {
        return Stream.of(
                change("type", message -> message.setType(MessageType.MsgHeartbeat)),
                change("no type", Message.Builder::clearType),
                change("from", message -> message.setFrom(FOLLOWER)),
                change("no from", Message.Builder::clearFrom),
                change("to", message -> message.setTo(LEADER)),
                change("reject", message -> message.setReject(true)),
                change("reject hint", message -> message.setRejectHint(1)),
                change("vote", message -> message.setVote(-1)),
                change("context", message -> message.setContext(ByteString.fromHex("00"))),
                change("response", message -> message.addResponses(Message.getDefaultInstance())),
                change("unknown field", message -> message.setUnknownFields(UNKNOWN)),
                change("snapshot data", snapshot(snapshot -> snapshot.setData(ByteString.fromHex("00")))),
                change("snapshot's unknown field", snapshot(snapshot -> snapshot.setUnknownFields(UNKNOWN))),
                change("snapshot index", metadata(metadata -> metadata.setIndex(1))),
                change("snapshot term", metadata(metadata -> metadata.setTerm(1))),
                change("metadata's unknown field", metadata(metadata -> metadata.setUnknownFields(UNKNOWN))),
                change("voter", confState(state -> state.addVoters(0))),
                change("learner", confState(state -> state.addLearners(0))),
                change("outgoing voter", confState(state -> state.addVotersOutgoing(0))),
                change("next learner", confState(state -> state.addLearnersNext(0))),
                change("auto leave", confState(state -> state.setAutoLeave(true))),
                change("configuration's unknown field", confState(state -> state.setUnknownFields(UNKNOWN))));
    }

    @Test
    void shouldWriteOneByteWhenLinkHeartbeat() {
        encoder.encodeLinkHeartbeat(buffer);

        assertThat(Wire.drain(buffer)).isEqualTo(ByteString.fromHex("00"));
    }

    @Test
    void shouldLeaveTheStateWhenLinkHeartbeatIsBetween() {
        encoder.encodeLinkHeartbeat(buffer);
        decodeAll();

        assertThat(frameTypeOf(msgApp(7, 10))).isEqualTo(MsgAppV2Frame.APP_ENTRIES);
    }

    /** Encodes, checks that the same comes out at the other end, and tells what it went by. */
    private int frameTypeOf(Message.Builder builder) {
        Message message = builder.build();
        encoder.encode(message, buffer);
        ByteString bytes = Wire.drain(buffer);
        RecordingSink sink = new RecordingSink();
        decoder.decode(bytes.asReadOnlyByteBuffer(), sink);

        assertThat(sink.frames()).hasSize(1);
        Frame frame = sink.frames().get(0);
        assertThat(MessageValues.of(frame.message())).isEqualTo(MessageValues.of(message));
        assertThat(frame.bytes()).isEqualTo(bytes.size());
        return bytes.byteAt(0);
    }

    private RecordingSink decodeAll() {
        RecordingSink sink = new RecordingSink();
        decoder.decode(Wire.drain(buffer).asReadOnlyByteBuffer(), sink);
        return sink;
    }

    private static Message.Builder msgApp(long term, long index) {
        return Message.newBuilder()
                .setType(MessageType.MsgApp)
                .setFrom(LEADER)
                .setTo(FOLLOWER)
                .setTerm(term)
                .setLogTerm(term)
                .setIndex(index)
                .setCommit(index);
    }

    private static Entry entry(long term, long index) {
        return Entry.newBuilder()
                .setType(EntryType.EntryNormal)
                .setTerm(term)
                .setIndex(index)
                .setData(ByteString.copyFromUtf8("some data"))
                .build();
    }

    private static Named<UnaryOperator<Message.Builder>> change(String name, UnaryOperator<Message.Builder> change) {
        return Named.of(name, change);
    }

    private static UnaryOperator<Message.Builder> snapshot(UnaryOperator<Snapshot.Builder> change) {
        return message -> message.setSnapshot(change.apply(Snapshot.newBuilder()));
    }

    private static UnaryOperator<Message.Builder> metadata(UnaryOperator<SnapshotMetadata.Builder> change) {
        return snapshot(snapshot -> snapshot.setMetadata(change.apply(SnapshotMetadata.newBuilder())));
    }

    private static UnaryOperator<Message.Builder> confState(UnaryOperator<ConfState.Builder> change) {
        return metadata(metadata -> metadata.setConfState(change.apply(ConfState.newBuilder())));
    }
}
