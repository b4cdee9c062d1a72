package dev.rafthttp.inbound;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.UnknownFieldSet;
import dev.rafthttp.DropReason;
import dev.rafthttp.Lane;
import dev.rafthttp.MemberId;
import dev.rafthttp.raftpb.Message;
import dev.rafthttp.raftpb.MessageType;
import java.util.EnumSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class MessageRulesTest {
    private static final MemberId LOCAL = new MemberId(0xa);
    private static final MemberId SENDER = new MemberId(0xb);
    private static final MemberId OTHER = new MemberId(0xc);
    private static final MemberId REMOVED = new MemberId(0xd);

    private static final Set<MessageType> LOCAL_TYPES = EnumSet.of(
            MessageType.MsgHup,
            MessageType.MsgBeat,
            MessageType.MsgUnreachable,
            MessageType.MsgSnapStatus,
            MessageType.MsgCheckQuorum,
            MessageType.MsgForgetLeader,
            MessageType.MsgStorageAppend,
            MessageType.MsgStorageAppendResp,
            MessageType.MsgStorageApply,
            MessageType.MsgStorageApplyResp);

    private static final Set<MessageType> FORWARDED =
            EnumSet.of(MessageType.MsgProp, MessageType.MsgReadIndex, MessageType.MsgTransferLeader);

    private final MessageRules rules = new MessageRules(LOCAL, REMOVED::equals);

    @ParameterizedTest
    @EnumSource
    void shouldTakeATypeFromItsSenderWhenItIsNotLocal(MessageType type) {
        Message m = message(type, SENDER, LOCAL);
        DropReason expected = LOCAL_TYPES.contains(type) ? DropReason.LOCAL_TYPE : null;
        assertThat(onMessageStream(m)).isEqualTo(expected);
        assertThat(rules.checkReceived(m, SENDER, Lane.PIPELINE)).isEqualTo(expected);
        assertThat(rules.checkSent(message(type, LOCAL, SENDER))).isEqualTo(expected);
    }

    @ParameterizedTest
    @EnumSource
    void shouldTakeOnlyMsgAppWhenTheStreamIsMsgApp(MessageType type) {
        DropReason reason = rules.checkReceived(message(type, SENDER, LOCAL), SENDER, Lane.MSGAPP);
        if (type == MessageType.MsgApp) {
            assertThat(reason).isNull();
        } else {
            assertThat(reason).isEqualTo(LOCAL_TYPES.contains(type) ? DropReason.LOCAL_TYPE : DropReason.WRONG_LANE);
        }
    }

    @ParameterizedTest
    @EnumSource
    void shouldTakeOnlyMsgSnapWhenASnapshotIsPosted(MessageType type) {
        DropReason reason = rules.checkReceivedSnapshot(message(type, SENDER, LOCAL), SENDER);
        if (type == MessageType.MsgSnap) {
            assertThat(reason).isNull();
        } else {
            assertThat(reason).isEqualTo(LOCAL_TYPES.contains(type) ? DropReason.LOCAL_TYPE : DropReason.WRONG_LANE);
        }
    }

    @ParameterizedTest
    @EnumSource
    void shouldRefuseAForeignToWhateverTheType(MessageType type) {
        DropReason expected = LOCAL_TYPES.contains(type) ? DropReason.LOCAL_TYPE : DropReason.TO_MISMATCH;
        assertThat(onMessageStream(message(type, SENDER, OTHER))).isEqualTo(expected);
        assertThat(onMessageStream(message(type, SENDER, SENDER))).isEqualTo(expected);
        assertThat(onMessageStream(
                        message(type, SENDER, LOCAL).toBuilder().clearTo().build()))
                .isEqualTo(expected);
    }

    @ParameterizedTest
    @EnumSource
    void shouldTakeAForeignFromOnlyOfTypesThatAreForwarded(MessageType type) {
        DropReason expected = LOCAL_TYPES.contains(type)
                ? DropReason.LOCAL_TYPE
                : FORWARDED.contains(type) ? null : DropReason.FROM_MISMATCH;
        assertThat(onMessageStream(message(type, OTHER, LOCAL))).isEqualTo(expected);
        assertThat(onMessageStream(message(type, LOCAL, LOCAL))).isEqualTo(expected);
        assertThat(rules.checkSent(message(type, OTHER, SENDER))).isEqualTo(expected);
    }

    @ParameterizedTest
    @EnumSource
    void shouldRefuseWhatIsFromNobody(MessageType type) {
        Message m = message(type, SENDER, LOCAL).toBuilder().clearFrom().build();
        DropReason expected = LOCAL_TYPES.contains(type) ? DropReason.LOCAL_TYPE : DropReason.FROM_MISMATCH;
        assertThat(onMessageStream(m)).isEqualTo(expected);
        assertThat(rules.checkSent(m)).isEqualTo(expected);
    }

    @Test
    void shouldRefuseAMemberThatHasBeenRemovedAsSenderAndAsFrom() {
        Message own = message(MessageType.MsgVote, REMOVED, LOCAL);
        assertThat(rules.checkReceived(own, REMOVED, Lane.MESSAGE)).isEqualTo(DropReason.FROM_REMOVED);
        Message forwardedByIt = message(MessageType.MsgProp, OTHER, LOCAL);
        assertThat(rules.checkReceived(forwardedByIt, REMOVED, Lane.MESSAGE)).isEqualTo(DropReason.FROM_REMOVED);
        Message forwardedForIt = message(MessageType.MsgProp, REMOVED, LOCAL);
        assertThat(onMessageStream(forwardedForIt)).isEqualTo(DropReason.FROM_REMOVED);
        assertThat(rules.checkSent(forwardedForIt)).isEqualTo(DropReason.FROM_REMOVED);
    }

    @Test
    void shouldRefuseALinkHeartbeatWhereItIsAMessage() {
        Message linkHeartbeat =
                Message.newBuilder().setType(MessageType.MsgHeartbeat).build();
        assertThat(rules.checkReceived(linkHeartbeat, SENDER, Lane.MSGAPP)).isEqualTo(DropReason.WRONG_LANE);
        assertThat(rules.checkReceived(linkHeartbeat, SENDER, Lane.PIPELINE)).isEqualTo(DropReason.TO_MISMATCH);
        assertThat(rules.checkSent(linkHeartbeat)).isEqualTo(DropReason.FROM_MISMATCH);
    }

    @Test
    void shouldRefuseZeroBytesAsNoMessage() {
        assertThat(onMessageStream(Message.getDefaultInstance())).isEqualTo(DropReason.EMPTY);
        assertThat(rules.checkSent(Message.getDefaultInstance())).isEqualTo(DropReason.EMPTY);
    }

    @Test
    void shouldRefuseAMessageWithoutATypeAsMsgHup() {
        // WIRE: the type is absent when it is 0, in etcd from 3.7 on.
        Message hup = message(MessageType.MsgHup, SENDER, LOCAL).toBuilder()
                .clearType()
                .build();
        assertThat(onMessageStream(hup)).isEqualTo(DropReason.LOCAL_TYPE);
        Message typeOfBytes = hup.toBuilder()
                .setUnknownFields(typeField(UnknownFieldSet.Field.newBuilder().addFixed32(24)))
                .build();
        assertThat(onMessageStream(typeOfBytes)).isEqualTo(DropReason.LOCAL_TYPE);
    }

    @Test
    void shouldTakeAnUnknownTypeByTheRulesOfToAndFrom() throws Exception {
        Message unknown = unknownType(SENDER, LOCAL);
        assertThat(unknown.hasType()).isFalse();
        assertThat(onMessageStream(unknown)).isNull();
        assertThat(rules.checkSent(unknownType(LOCAL, SENDER))).isNull();
        assertThat(rules.checkReceived(unknown, SENDER, Lane.MSGAPP)).isEqualTo(DropReason.WRONG_LANE);
        assertThat(onMessageStream(unknownType(SENDER, OTHER))).isEqualTo(DropReason.TO_MISMATCH);
        assertThat(onMessageStream(unknownType(OTHER, LOCAL))).isEqualTo(DropReason.FROM_MISMATCH);
    }

    private @Nullable DropReason onMessageStream(Message m) {
        return rules.checkReceived(m, SENDER, Lane.MESSAGE);
    }

    private static Message message(MessageType type, MemberId from, MemberId to) {
        return Message.newBuilder()
                .setType(type)
                .setFrom(from.value())
                .setTo(to.value())
                .setTerm(1)
                .build();
    }

    /** As a member of a newer version sends it, and this one's parser reads it. */
    private static Message unknownType(MemberId from, MemberId to) throws Exception {
        Message known = message(MessageType.MsgVote, from, to).toBuilder()
                .clearType()
                .setUnknownFields(typeField(UnknownFieldSet.Field.newBuilder().addVarint(24)))
                .build();
        return Message.parseFrom(known.toByteString());
    }

    private static UnknownFieldSet typeField(UnknownFieldSet.Field.Builder field) {
        return UnknownFieldSet.newBuilder()
                .addField(Message.TYPE_FIELD_NUMBER, field.build())
                .build();
    }
}
