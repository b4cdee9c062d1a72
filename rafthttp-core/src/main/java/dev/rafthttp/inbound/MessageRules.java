package dev.rafthttp.inbound;

import dev.rafthttp.DropReason;
import dev.rafthttp.Lane;
import dev.rafthttp.MemberId;
import dev.rafthttp.raftpb.Message;
import dev.rafthttp.raftpb.MessageType;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Decides which messages may cross the network between one member and others, and whose: etcd checks a part of this, for
 * foreign {@code to} since 3.4.32, 3.5.14 and 3.6.0.
 *
 * <ul>
 *   <li>{@code to} is the member that receives.
 *   <li>{@code from} is the member that sends, except in MsgProp, MsgReadIndex and MsgTransferLeader. Raft forwards the first
 *       two with the {@code from} of the member that first took them, and MsgTransferLeader with that of the member that is
 *       to lead. Those three may be from any member that has not been removed. The rule does not ask whether the member is a
 *       known peer, because the sender may learn of a member that joins before the receiver does; the sender vouches for it.
 *   <li>A type that Raft addresses to itself never crosses.
 *   <li>A msgapp stream carries MsgApp only, and {@code POST /raft/snapshot} MsgSnap only.
 *   <li>A message of zero bytes is none.
 *   <li>A type whose number is not known here crosses, by the rule of {@code to} and {@code from}, so that a relay carries
 *       what newer members say. Protobuf gives such a message no {@code type}, and a getter that answers MsgHup.
 * </ul>
 *
 * <p>Rules apply to decoded messages, so that a refused one never ends its stream. They allocate nothing, except for the
 * {@code from} of a message that was forwarded a second time. Immutable; any thread.
 */
public final class MessageRules {
    private static final int TYPE_FIELD = Message.TYPE_FIELD_NUMBER;

    private final MemberId local;
    private final Predicate<MemberId> removed;

    /**
     * @param local the member whose messages these are, or to whom they come
     * @param removed whether a member has been removed from the cluster, as {@code RaftCallback.isIdRemoved}. Must not block
     */
    public MessageRules(MemberId local, Predicate<MemberId> removed) {
        this.local = local;
        this.removed = removed;
    }

    /**
     * Checks a message that came to the local member.
     *
     * @param sender whom the stream or post comes from
     * @param lane by which it came; a snapshot with its database, too, comes by the pipeline
     * @return why it is refused; null if Raft may have it
     */
    public @Nullable DropReason checkReceived(Message m, MemberId sender, Lane lane) {
        DropReason wrongType = checkType(m);
        if (wrongType != null) {
            return wrongType;
        }
        if (lane == Lane.MSGAPP && m.getType() != MessageType.MsgApp) {
            return DropReason.WRONG_LANE;
        }
        return checkMembers(m, sender);
    }

    /**
     * Checks a message that came to the local member by {@code POST /raft/snapshot}, as {@link #checkReceived} does.
     *
     * @return why it is refused; null if it may be stored, and Raft may have it
     */
    public @Nullable DropReason checkReceivedSnapshot(Message m, MemberId sender) {
        DropReason wrongType = checkType(m);
        if (wrongType != null) {
            return wrongType;
        }
        return m.getType() == MessageType.MsgSnap ? checkMembers(m, sender) : DropReason.WRONG_LANE;
    }

    private @Nullable DropReason checkMembers(Message m, MemberId sender) {
        if (m.getTo() != local.value()) {
            return DropReason.TO_MISMATCH;
        }
        return removed.test(sender) ? DropReason.FROM_REMOVED : checkFrom(m, sender);
    }

    /**
     * Checks a message that the local member's own node gives to be sent. Whether its {@code to} is a peer is not checked.
     *
     * @return why it is not sent; null if it may be
     */
    public @Nullable DropReason checkSent(Message m) {
        DropReason wrongType = checkType(m);
        return wrongType == null ? checkFrom(m, local) : wrongType;
    }

    private @Nullable DropReason checkFrom(Message m, MemberId sender) {
        long from = m.getFrom();
        if (from == sender.value()) {
            return null;
        }
        if (from == 0 || !keepsFrom(m.getType())) {
            return DropReason.FROM_MISMATCH;
        }
        return removed.test(new MemberId(from)) ? DropReason.FROM_REMOVED : null;
    }

    /** Whether Raft forwards a message of a type without making itself its {@code from}. */
    private static boolean keepsFrom(MessageType type) {
        return type == MessageType.MsgProp || type == MessageType.MsgReadIndex || type == MessageType.MsgTransferLeader;
    }

    private static @Nullable DropReason checkType(Message m) {
        // Without a default, so that a type added to raft.proto does not compile before it is placed here.
        return switch (m.getType()) {
            case MsgProp,
                    MsgApp,
                    MsgAppResp,
                    MsgVote,
                    MsgVoteResp,
                    MsgSnap,
                    MsgHeartbeat,
                    MsgHeartbeatResp,
                    MsgTransferLeader,
                    MsgTimeoutNow,
                    MsgReadIndex,
                    MsgReadIndexResp,
                    MsgPreVote,
                    MsgPreVoteResp -> null;
            case MsgBeat,
                    MsgUnreachable,
                    MsgSnapStatus,
                    MsgCheckQuorum,
                    MsgStorageAppend,
                    MsgStorageAppendResp,
                    MsgStorageApply,
                    MsgStorageApplyResp,
                    MsgForgetLeader -> DropReason.LOCAL_TYPE;
            case MsgHup -> checkHup(m);
        };
    }

    /** MsgHup is 0, which is also what the getter answers if there is no type, or one of an unknown number. */
    private static @Nullable DropReason checkHup(Message m) {
        if (m.getSerializedSize() == 0) {
            return DropReason.EMPTY;
        }
        boolean isUnknown = !m.hasType()
                && !m.getUnknownFields().getField(TYPE_FIELD).getVarintList().isEmpty();
        return isUnknown ? null : DropReason.LOCAL_TYPE;
    }
}
