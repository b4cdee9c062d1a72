package dev.rafthttp.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.rafthttp.demo.proto.Command;
import dev.rafthttp.raftpb.Entry;
import dev.rafthttp.raftpb.EntryType;
import dev.rafthttp.raftpb.Message;
import dev.rafthttp.raftpb.MessageType;
import io.microraft.RaftEndpoint;
import io.microraft.model.RaftModelFactory;
import io.microraft.model.impl.DefaultRaftModelFactory;
import io.microraft.model.message.AppendEntriesFailureResponse;
import io.microraft.model.message.AppendEntriesRequest;
import io.microraft.model.message.AppendEntriesSuccessResponse;
import io.microraft.model.message.InstallSnapshotRequest;
import io.microraft.model.message.InstallSnapshotResponse;
import io.microraft.model.message.RaftMessage;
import io.microraft.model.message.VoteRequest;
import java.io.Serializable;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class RaftpbMappingTest {
    private static final int ROUNDS = 500;

    private final long seed = System.nanoTime();
    private final RandomMessages random = new RandomMessages(seed);
    private final RaftModelFactory models = new DefaultRaftModelFactory();
    private final Operations operations = new Operations(models);
    private final ToRaftpb toRaftpb = new ToRaftpb(RandomMessages.GROUP, operations);
    private final FromRaftpb fromRaftpb = new FromRaftpb(RandomMessages.GROUP, models, operations);

    static Stream<Class<? extends RaftMessage>> messageClasses() {
        return RandomMessages.classes().stream();
    }

    @ParameterizedTest
    @MethodSource("messageClasses")
    void shouldGiveBackAnEqualMessageWhenMappedToBytesAndBack(Class<? extends RaftMessage> messageClass)
            throws InvalidProtocolBufferException {
        for (int round = 0; round < ROUNDS; round++) {
            RaftMessage message = random.of(messageClass);
            RaftEndpoint to = random.endpoint();

            Message raftpb = Message.parseFrom(toRaftpb.write(to, message).toByteArray());

            assertThat(fromRaftpb.read(raftpb))
                    .as("seed %d, round %d, %s", seed, round, raftpb)
                    .isInstanceOf(messageClass)
                    .usingRecursiveComparison()
                    .usingOverriddenEquals()
                    .isEqualTo(message);
            assertThat(raftpb.getTo()).isEqualTo(MemberEndpoint.idOf(to));
        }
    }

    @Test
    void shouldCoverEveryMessageWhenMicroRaftHasAFactoryMethodForIt() {
        Set<String> made = Stream.of(RaftModelFactory.class.getMethods())
                .map(method -> method.getReturnType())
                .filter(builder -> builder.getEnclosingClass() != null
                        && RaftMessage.class.isAssignableFrom(builder.getEnclosingClass()))
                .map(builder -> builder.getEnclosingClass().getName())
                .collect(Collectors.toSet());

        assertThat(messageClasses().map(Class::getName)).containsExactlyInAnyOrderElementsOf(made);
    }

    @Test
    void shouldUseRaftpbsOwnFieldsWhenEntriesAreAppended() {
        AppendEntriesRequest append =
                (AppendEntriesRequest) random.append(List.of(random.entry(random.put()), random.entry(random.put())));

        Message raftpb = toRaftpb.write(random.endpoint(), append);

        assertThat(raftpb.getType()).isEqualTo(MessageType.MsgApp);
        assertThat(raftpb.getTerm()).isEqualTo(append.getTerm());
        assertThat(raftpb.getLogTerm()).isEqualTo(append.getPreviousLogTerm());
        assertThat(raftpb.getIndex()).isEqualTo(append.getPreviousLogIndex());
        assertThat(raftpb.getCommit()).isEqualTo(append.getCommitIndex());
        assertThat(raftpb.getEntriesList())
                .extracting(Entry::getIndex)
                .containsExactly(
                        append.getLogEntries().get(0).getIndex(),
                        append.getLogEntries().get(1).getIndex());
        assertThat(raftpb.getEntriesList()).extracting(Entry::getType).containsOnly(EntryType.EntryNormal);
    }

    @Test
    void shouldSendAHeartbeatWhenNothingIsAppended() {
        assertThat(toRaftpb.write(random.endpoint(), random.append(List.of())).getType())
                .isEqualTo(MessageType.MsgHeartbeat);
    }

    @Test
    void shouldWriteAnEmptyEntryWhenALeaderBeginsItsTerm() {
        Entry entry = operations.toRaftpb(random.entry(Command.getDefaultInstance()));

        assertThat(entry.getType()).isEqualTo(EntryType.EntryNormal);
        assertThat(entry.getData()).isEqualTo(ByteString.EMPTY);
    }

    @Test
    void shouldWriteAConfChangeWhenMembersChange() {
        assertThat(operations
                        .toRaftpb(random.entry(random.groupMembersUpdate()))
                        .getType())
                .isEqualTo(EntryType.EntryConfChange);
    }

    @Test
    void shouldSendMsgSnapWhenASnapshotIsAnnouncedOrAChunkIsSent() {
        for (boolean withChunk : List.of(false, true)) {
            InstallSnapshotRequest install = (InstallSnapshotRequest) random.installSnapshot(withChunk);

            Message raftpb = toRaftpb.write(random.endpoint(), install);

            assertThat(raftpb.getType()).isEqualTo(MessageType.MsgSnap);
            assertThat(raftpb.getSnapshot().getMetadata().getIndex()).isEqualTo(install.getSnapshotIndex());
            assertThat(raftpb.getSnapshot().getMetadata().getTerm()).isEqualTo(install.getSnapshotTerm());
        }
    }

    @Test
    void shouldSendMsgAppRespWhenAnyRequestOfALeaderIsAnswered() {
        for (Class<? extends RaftMessage> response : List.of(
                AppendEntriesSuccessResponse.class,
                AppendEntriesFailureResponse.class,
                InstallSnapshotResponse.class)) {
            RaftMessage message = random.of(response);

            Message raftpb = toRaftpb.write(random.endpoint(), message);

            assertThat(raftpb.getType()).isEqualTo(MessageType.MsgAppResp);
            assertThat(raftpb.getReject()).isEqualTo(message instanceof AppendEntriesFailureResponse);
        }
    }

    @Test
    void shouldMarkAVoteAsEtcdDoesWhenLeadershipIsTransferred() throws InvalidProtocolBufferException {
        Message sticky = toRaftpb.write(random.endpoint(), random.vote(true));
        Message transfer = toRaftpb.write(random.endpoint(), random.vote(false));

        assertThat(sticky.getContext()).isEqualTo(ByteString.EMPTY);
        assertThat(transfer.getContext().toStringUtf8()).isEqualTo("CampaignTransfer");
        assertThat(((VoteRequest) fromRaftpb.read(transfer)).isSticky()).isFalse();
    }

    @Test
    void shouldRefuseWhenAMessageIsOfAnotherGroup() {
        ToRaftpb other = new ToRaftpb("another group", operations);

        assertThatThrownBy(() -> other.write(random.endpoint(), random.append()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(RandomMessages.GROUP.toString())
                .hasMessageContaining("another group");
    }

    @Test
    void shouldRefuseWhenAnOperationIsOfAnotherStore() {
        Serializable foreign = "serialized by Java";

        assertThatThrownBy(() -> toRaftpb.write(random.endpoint(), random.append(List.of(random.entry(foreign)))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("java.lang.String");
    }

    @Test
    void shouldRefuseWhenNoMicroRaftMessageStandsForAType() {
        Message message =
                Message.newBuilder().setType(MessageType.MsgProp).setFrom(1).build();

        assertThatThrownBy(() -> fromRaftpb.read(message))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("MsgProp");
    }

    @Test
    void shouldRefuseWhenATermIsBeyondMicroRafts() {
        Message message = Message.newBuilder()
                .setType(MessageType.MsgVoteResp)
                .setFrom(1)
                .setTerm(1L << 31)
                .build();

        assertThatThrownBy(() -> fromRaftpb.read(message))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("2147483648")
                .hasMessageContaining("2147483647");
    }

    @Test
    void shouldRefuseWhenAContextIsCorrupt() {
        Message message = Message.newBuilder()
                .setType(MessageType.MsgAppResp)
                .setFrom(1)
                .setContext(ByteString.copyFrom(new byte[] {(byte) 0xff}))
                .build();

        assertThatThrownBy(() -> fromRaftpb.read(message)).isInstanceOf(InvalidProtocolBufferException.class);
    }
}
