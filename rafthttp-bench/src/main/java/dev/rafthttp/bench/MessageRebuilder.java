package dev.rafthttp.bench;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import dev.rafthttp.raftpb.Entry;
import dev.rafthttp.raftpb.Message;
import java.util.ArrayList;
import java.util.List;

/** Makes copies of MsgApp that share nothing with them, from builders that exist already. Belongs to one thread. */
final class MessageRebuilder {
    private final Message.Builder message = Message.newBuilder();
    private final Entry.Builder entry = Entry.newBuilder();
    private final List<Entry> entries = new ArrayList<>();

    Message rebuild(Message original) {
        for (int i = 0; i < original.getEntriesCount(); i++) {
            Entry each = original.getEntries(i);
            ByteString data = UnsafeByteOperations.unsafeWrap(each.getData().toByteArray());
            entries.add(entry.clear()
                    .setType(each.getType())
                    .setTerm(each.getTerm())
                    .setIndex(each.getIndex())
                    .setData(data)
                    .build());
        }
        Message rebuilt = message.clear()
                .setType(original.getType())
                .setFrom(original.getFrom())
                .setTo(original.getTo())
                .setTerm(original.getTerm())
                .setLogTerm(original.getLogTerm())
                .setIndex(original.getIndex())
                .addAllEntries(entries)
                .setCommit(original.getCommit())
                .build();
        entries.clear();
        return rebuilt;
    }
}
