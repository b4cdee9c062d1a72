package dev.rafthttp.bench;

import dev.rafthttp.MemberId;
import dev.rafthttp.raftpb.Message;
import java.util.List;

/** One member's way to another, both in this process, connected over loopback. Closing it closes both ends. */
interface Link extends AutoCloseable {
    MemberId SENDER = new MemberId(1);
    MemberId RECEIVER = new MemberId(2);

    /** Sends a message, or keeps it until {@link #flush}. By one thread for MsgApp, and by one for all other types. */
    void send(Message message);

    /** Says that the thread which sends MsgApp is about to wait. What collects no batches of its own does nothing. */
    void flush();

    /** The processes beside this one that its messages pass. */
    default List<ProcessHandle> processes() {
        return List.of();
    }

    @Override
    void close();
}
