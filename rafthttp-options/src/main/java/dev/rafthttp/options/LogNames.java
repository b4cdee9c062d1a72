package dev.rafthttp.options;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.LoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxy;
import dev.rafthttp.MemberId;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What people call members, for log lines: the transport knows IDs only, and {@code peer 8e9e05c5} becomes
 * {@code peer b (8e9e05c5)}. Only lines that are really logged are changed. Any thread.
 */
public final class LogNames {
    /** An ID, quoted if it came from the network; but not a name that has its ID behind it. */
    private static final Pattern MEMBER = Pattern.compile(
            "\\b(peer|member|remote) (\"?)([0-9a-f]{1,16})\\2(?![\\w-])(?![.:]\\w)(?! \\([0-9a-f]{1,16}\\))");

    private final Map<String, String> names = new ConcurrentHashMap<>();

    /** A member has this name from now on. */
    public void put(MemberId id, String name) {
        names.put(id.toString(), name);
    }

    /** The text with the names of members that have one. */
    String named(String text) {
        return names.isEmpty() ? text : MEMBER.matcher(text).replaceAll(this::replacement);
    }

    private String replacement(MatchResult match) {
        String name = names.get(match.group(3));
        String found = match.group();
        if (name == null) {
            return Matcher.quoteReplacement(found);
        }
        String id = match.group(2) + match.group(3) + match.group(2);
        return Matcher.quoteReplacement(match.group(1) + " " + name + " (" + id + ")");
    }

    /** The line with the names of members; the line itself if it has none. */
    ILoggingEvent named(ILoggingEvent line) {
        String text = line.getFormattedMessage();
        String named = text == null ? null : named(text);
        if (named == null || named.equals(text)) {
            return line;
        }
        LoggingEvent copy = new LoggingEvent();
        copy.setLoggerContextRemoteView(line.getLoggerContextVO());
        copy.setLoggerName(line.getLoggerName());
        copy.setThreadName(line.getThreadName());
        copy.setLevel(line.getLevel());
        copy.setInstant(line.getInstant());
        copy.setSequenceNumber(line.getSequenceNumber());
        copy.setMDCPropertyMap(line.getMDCPropertyMap());
        copy.setKeyValuePairs(line.getKeyValuePairs());
        copy.setMessage(named);
        if (line.getThrowableProxy() instanceof ThrowableProxy thrown) {
            copy.setThrowableProxy(thrown);
        }
        return copy;
    }
}
