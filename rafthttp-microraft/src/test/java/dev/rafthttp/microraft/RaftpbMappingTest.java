package dev.rafthttp.microraft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.rafthttp.microraft.fixture.MicroRaftMessages;
import dev.rafthttp.microraft.fixture.TextOperations;
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
import java.io.IOException;
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
    private final MicroRaftMessages random = new MicroRaftMessages(seed);
    private final RaftpbMapping mapping = mappingOf(MicroRaftMessages.GROUP);

    private static RaftpbMapping mappingOf(Object group) {
        return new RaftpbMapping(group, new DefaultRaftModelFactory(), new TextOperations());
    }

    static Stream<Class<? extends RaftMessage>> messageClasses() {
        return MicroRaftMessages.classes().stream();
    }

    @ParameterizedTest
    @MethodSource("messageClasses")
    void shouldGiveBackAnEqualMessageWhenMappedToBytesAndBack(Class<? extends RaftMessage> messageClass)
            throws IOException {
        for (int round = 0; round < ROUNDS; round++) {
            RaftMessage message = random.of(messageClass);
            RaftEndpoint to = random.endpoint();

            Message raftpb = Message.parseFrom(mapping.write(to, message).toByteArray());

            assertThat(mapping.read(raftpb))
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
                (AppendEntriesRequest) random.append(List.of(random.entry(random.text()), random.entry(random.text())));

        Message raftpb = mapping.write(random.endpoint(), append);

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
        assertThat(mapping.write(random.endpoint(), random.append(List.of())).getType())
                .isEqualTo(MessageType.MsgHeartbeat);
    }

    @Test
    void shouldWriteAnEmptyEntryWhenALeaderBeginsItsTerm() {
        Entry entry = mapping.write(random.entry(""));

        assertThat(entry.getType()).isEqualTo(EntryType.EntryNormal);
        assertThat(entry.getData()).isEqualTo(ByteString.EMPTY);
    }

    @Test
    void shouldWriteAConfChangeWhenMembersChange() {
        assertThat(mapping.write(random.entry(random.groupMembersUpdate())).getType())
                .isEqualTo(EntryType.EntryConfChange);
    }

    @Test
    void shouldSendMsgSnapWhenASnapshotIsAnnouncedOrAChunkIsSent() {
        for (boolean withChunk : List.of(false, true)) {
            InstallSnapshotRequest install = (InstallSnapshotRequest) random.installSnapshot(withChunk);

            Message raftpb = mapping.write(random.endpoint(), install);

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

            Message raftpb = mapping.write(random.endpoint(), message);

            assertThat(raftpb.getType()).isEqualTo(MessageType.MsgAppResp);
            assertThat(raftpb.getReject()).isEqualTo(message instanceof AppendEntriesFailureResponse);
        }
    }

    @Test
    void shouldMarkAVoteAsEtcdDoesWhenLeadershipIsTransferred() throws IOException {
        Message sticky = mapping.write(random.endpoint(), random.vote(true));
        Message transfer = mapping.write(random.endpoint(), random.vote(false));

        assertThat(sticky.getContext()).isEqualTo(ByteString.EMPTY);
        assertThat(transfer.getContext().toStringUtf8()).isEqualTo("CampaignTransfer");
        assertThat(((VoteRequest) mapping.read(transfer)).isSticky()).isFalse();
    }

    @Test
    void shouldRefuseWhenAMessageIsOfAnotherGroup() {
        RaftpbMapping other = mappingOf("another group");

        assertThatThrownBy(() -> other.write(random.endpoint(), random.append()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(MicroRaftMessages.GROUP.toString())
                .hasMessageContaining("another group");
    }

    @Test
    void shouldRefuseWhenAnOperationIsOfAnotherStore() {
        Object foreign = 7;

        assertThatThrownBy(() -> mapping.write(random.endpoint(), random.append(List.of(random.entry(foreign)))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageMatching("entry \\d+: java.lang.Integer is no operation, .*");
    }

    @Test
    void shouldRefuseWhenNoMicroRaftMessageStandsForAType() {
        Message message =
                Message.newBuilder().setType(MessageType.MsgProp).setFrom(1).build();

        assertThatThrownBy(() -> mapping.read(message))
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

        assertThatThrownBy(() -> mapping.read(message))
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

        assertThatThrownBy(() -> mapping.read(message)).isInstanceOf(InvalidProtocolBufferException.class);
    }
}
