package dev.rafthttp.interop.follower;

import dev.rafthttp.raftpb.Entry;
import dev.rafthttp.raftpb.Message;
import dev.rafthttp.raftpb.MessageType;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * A Raft member that follows and votes, and never asks to lead: the answers that etcd's {@code raft.Step} has for a
 * follower. Term, vote and log are kept in memory, so it must not be restarted. Guarded by its own lock.
 */
final class Follower {
    private final long id;
    private final Consumer<Entry> committed;
    private final RaftLog log = new RaftLog();
    private long term;
    private long vote;
    private long leader;
    private int acknowledged;

    /** @param committed told of every entry that is committed, in order */
    Follower(long id, Consumer<Entry> committed) {
        this.id = id;
        this.committed = committed;
    }

    /** Takes a message; the answer to it, if it has one. */
    synchronized Optional<Message> step(Message m) {
        boolean isCandidacy = m.getType() == MessageType.MsgVote || m.getType() == MessageType.MsgPreVote;
        if (m.getTerm() > term && m.getType() != MessageType.MsgPreVote) {
            term = m.getTerm();
            vote = 0;
            leader = 0;
        } else if (m.getTerm() < term) {
            return answerToThePast(m);
        }
        if (!isCandidacy) {
            leader = m.getFrom();
        }
        return switch (m.getType()) {
            case MsgApp -> Optional.of(append(m));
            case MsgHeartbeat -> Optional.of(heartbeat(m));
            case MsgVote, MsgPreVote -> Optional.of(vote(m));
            default -> Optional.empty();
        };
    }

    /** A deposed leader learns the term from an answer, and a candidate of the past is refused. */
    private Optional<Message> answerToThePast(Message m) {
        return switch (m.getType()) {
            case MsgApp, MsgHeartbeat ->
                Optional.of(answer(m, MessageType.MsgAppResp).build());
            case MsgPreVote ->
                Optional.of(
                        answer(m, MessageType.MsgPreVoteResp).setReject(true).build());
            default -> Optional.empty();
        };
    }

    private Message append(Message m) {
        Message.Builder answer = answer(m, MessageType.MsgAppResp);
        if (m.getIndex() < log.committed()) {
            return answer.setIndex(log.committed()).build();
        }
        if (!log.has(m.getIndex(), m.getLogTerm())) {
            return answer.setIndex(m.getIndex())
                    .setReject(true)
                    .setRejectHint(log.lastIndex())
                    .build();
        }
        log.append(m.getEntriesList());
        long matched = m.getIndex() + m.getEntriesCount();
        commit(Math.min(m.getCommit(), matched));
        acknowledged += m.getEntriesCount();
        return answer.setIndex(matched).build();
    }

    private Message heartbeat(Message m) {
        // The leader sends no commit index beyond what this member has acknowledged.
        commit(m.getCommit());
        return answer(m, MessageType.MsgHeartbeatResp)
                .setContext(m.getContext())
                .build();
    }

    private Message vote(Message m) {
        boolean isPre = m.getType() == MessageType.MsgPreVote;
        boolean isFree = vote == m.getFrom() || vote == 0 && leader == 0 || isPre && m.getTerm() > term;
        boolean granted = isFree && log.isOutdoneBy(m.getIndex(), m.getLogTerm());
        if (granted && !isPre) {
            vote = m.getFrom();
        }
        return answer(m, isPre ? MessageType.MsgPreVoteResp : MessageType.MsgVoteResp)
                .setTerm(granted ? m.getTerm() : term)
                .setReject(!granted)
                .build();
    }

    private void commit(long index) {
        log.commit(index).forEach(committed);
    }

    private Message.Builder answer(Message m, MessageType type) {
        return Message.newBuilder().setType(type).setFrom(id).setTo(m.getFrom()).setTerm(term);
    }

    /** Who leads, as far as it knows; 0 if nobody. */
    synchronized long leader() {
        return leader;
    }

    synchronized long committed() {
        return log.committed();
    }

    /** How many entries it has acknowledged, repeated ones included. */
    synchronized int acknowledged() {
        return acknowledged;
    }

    @Override
    public synchronized String toString() {
        return "follower %x of %x in term %d, %d entries, %d committed"
                .formatted(id, leader, term, log.lastIndex(), log.committed());
    }
}
