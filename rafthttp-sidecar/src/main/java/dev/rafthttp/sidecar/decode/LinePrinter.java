package dev.rafthttp.sidecar.decode;

import dev.rafthttp.raftpb.Message;
import dev.rafthttp.sidecar.json.MessageText;
import java.io.PrintWriter;

/** A line each, in columns. */
final class LinePrinter implements CaptureReader.Printer {
    private final PrintWriter out;

    LinePrinter(PrintWriter out) {
        this.out = out;
    }

    @Override
    public void message(long offset, Message message, long bytes) {
        line(offset, MessageText.line(message, bytes));
    }

    @Override
    public void linkHeartbeat(long offset, long bytes) {
        line(offset, "link heartbeat  bytes " + bytes);
    }

    @Override
    public void database(long offset, long bytes) {
        line(offset, "database  bytes " + bytes);
    }

    @Override
    public boolean isRead() {
        return !out.checkError();
    }

    private void line(long offset, String text) {
        out.printf("%10d  %s%n", offset, text);
    }
}
