package dev.rafthttp.sidecar.decode;

import dev.rafthttp.raftpb.Message;
import dev.rafthttp.sidecar.json.MessageJson;
import java.io.PrintWriter;

/** One JSON object per line: {@code offset}, {@code bytes}, and one of {@code message}, {@code linkHeartbeat}, {@code database}. */
final class JsonPrinter implements CaptureReader.Printer {
    private final PrintWriter out;

    JsonPrinter(PrintWriter out) {
        this.out = out;
    }

    @Override
    public void message(long offset, Message message, long bytes) {
        line(offset, bytes, "message", MessageJson.print(message));
    }

    @Override
    public void linkHeartbeat(long offset, long bytes) {
        line(offset, bytes, "linkHeartbeat", "true");
    }

    @Override
    public void database(long offset, long bytes) {
        line(offset, bytes, "database", "true");
    }

    @Override
    public boolean isRead() {
        return !out.checkError();
    }

    private void line(long offset, long bytes, String what, String value) {
        out.printf("{\"offset\":%d,\"bytes\":%d,\"%s\":%s}%n", offset, bytes, what, value);
    }
}
