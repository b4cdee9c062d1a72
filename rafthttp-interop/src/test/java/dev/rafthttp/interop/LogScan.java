package dev.rafthttp.interop;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.google.gson.JsonSyntaxException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/** Reads etcd's log, and tells the lines that speak of trouble. */
final class LogScan {
    /**
     * One line of etcd's log.
     *
     * @param caller the source file and line that wrote it
     * @param text the whole line, as JSON
     */
    record Line(String member, Instant at, String level, String caller, String message, String text) {
        /** Whether it tells of trouble on the network, in the data or in the program. */
        boolean isSuspicious() {
            return !isNoise()
                    && (LOUD.contains(level) || TROUBLE.matcher(message).find());
        }

        private boolean isNoise() {
            return caller.startsWith("raft/") && level.equals("info")
                    || NOISE.matcher(message).find();
        }

        @Override
        public String toString() {
            return member + ": " + text;
        }
    }

    private static final Set<String> LOUD = Set.of("warn", "error", "dpanic", "panic", "fatal");

    private static final Pattern TROUBLE = Pattern.compile(
            "failed|lost|mismatch|panic|dropped|ignored|rejected|rejecting|inactive|unhealthy|unexpected|not compatible"
                    + "|incompatib|timed out",
            Pattern.CASE_INSENSITIVE);

    /**
     * What a slow disk or a busy machine makes a healthy member say; and what etcd warns of that is good news: every stream
     * that a peer has dialled.
     */
    private static final Pattern NOISE = Pattern.compile("took too long|overloaded likely from slow disk"
            + "|^established TCP streaming connection"
            // Told every 30 s, of what may have been in an earlier scenario.
            + "|^prober detected unhealthy status"
            + "|timed out waiting for read index response|ignored out-of-date read index response"
            + "|simple token is not cryptographically signed");

    private LogScan() {}

    /** The lines that a member wrote from {@code since} on; one that is being written at this moment may be missing. */
    static List<Line> lines(String member, Path log, Instant since) {
        List<Line> lines = new ArrayList<>();
        try {
            for (String text : Files.readAllLines(log)) {
                if (text.startsWith("{") && text.endsWith("}")) {
                    Line line = parsed(member, text);
                    if (!line.at().isBefore(since)) {
                        lines.add(line);
                    }
                } else if (text.startsWith("panic:") || text.startsWith("goroutine ")) {
                    lines.add(new Line(member, Instant.MAX, "panic", "", text, text));
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read the log of member " + member + ", " + log, e);
        }
        return lines;
    }

    private static Line parsed(String member, String text) {
        try {
            JsonObject json = JsonParser.parseString(text).getAsJsonObject();
            return new Line(
                    member,
                    Instant.parse(json.get("ts").getAsString()),
                    json.get("level").getAsString().toLowerCase(Locale.ROOT),
                    json.get("caller").getAsString(),
                    json.get("msg").getAsString(),
                    text);
        } catch (JsonSyntaxException e) {
            throw new IllegalStateException("no line of etcd's log: " + text, e);
        }
    }
}
