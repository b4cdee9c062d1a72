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

/** Finds in an etcd log the lines that tell of trouble. */
final class LogScan {
    /** One line of etcd's log. */
    record Line(String member, Instant at, String level, String message, String text) {
        boolean isSuspicious() {
            return !NOISE.matcher(message).find()
                    && (LOUD.contains(level) || TROUBLE.matcher(message).find());
        }

        boolean mentions(Pattern pattern) {
            return pattern.matcher(text).find();
        }

        @Override
        public String toString() {
            return member + ": " + text;
        }
    }

    private static final Set<String> LOUD = Set.of("warn", "error", "dpanic", "panic", "fatal");

    private static final Pattern TROUBLE = Pattern.compile(
            "failed|lost|mismatch|panic|dropped|ignored|reject|inactive|unhealthy|unexpected|not compatible"
                    + "|incompatib|timed out",
            Pattern.CASE_INSENSITIVE);

    /** What a slow disk or a busy machine makes a healthy member say, and what it says of its clients. */
    private static final Pattern NOISE = Pattern.compile("took too long|overloaded likely from slow disk"
            + "|timed out waiting for read index response|simple token is not cryptographically signed");

    private LogScan() {}

    /** The suspicious lines of a member's log written from {@code from} on. */
    static List<Line> suspicious(String member, Path log, Instant from) {
        return lines(member, log).stream()
                .filter(Line::isSuspicious)
                .filter(line -> !line.at().isBefore(from))
                .toList();
    }

    /** All lines; the one that is being written at this moment may be missing. */
    static List<Line> lines(String member, Path log) {
        List<Line> lines = new ArrayList<>();
        try {
            for (String text : Files.readAllLines(log)) {
                if (text.startsWith("{") && text.endsWith("}")) {
                    lines.add(parsed(member, text));
                } else if (text.contains("panic") || text.contains("goroutine")) {
                    lines.add(new Line(member, Instant.MAX, "panic", text, text));
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
                    json.get("msg").getAsString(),
                    text);
        } catch (JsonSyntaxException e) {
            throw new IllegalStateException("no line of etcd's log: " + text, e);
        }
    }
}
