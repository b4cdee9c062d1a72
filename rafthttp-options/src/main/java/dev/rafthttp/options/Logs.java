package dev.rafthttp.options;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.JsonEncoder;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.encoder.Encoder;
import dev.rafthttp.runtime.LogText;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How to log: to standard error, since standard output is the command's own.
 *
 * @param json one JSON object per line, from logback's own encoder, instead of text
 * @param level of this project's log; Jetty's is at warn, unless this is error, or trace
 */
public record Logs(boolean json, String level) {
    /** A message is one line, without control characters in anything that it quotes. A stack trace keeps its lines. */
    private static final String PATTERN = "%d{yyyy-MM-dd'T'HH:mm:ss.SSSXXX} %-5level [%thread] %logger{20}"
            + " %replace(%msg){'[" + LogText.CONTROLS + "]+', ' '}%n"
            + "%replace(%ex){'[" + LogText.CONTROLS + "&&[^\\n\\t]]', ' '}";

    /**
     * Sets up the log of the process.
     *
     * @param names of members, which log lines contain from now on
     */
    public void apply(LogNames names) {
        apply(names, List.of(), List.of());
    }

    /**
     * Sets up the log of the process, of which some parts are silent up to an error unless the level is debug or trace: they tell every
     * step of what the command brings about on purpose.
     *
     * @param silent the loggers of these parts
     * @param others loggers below them that are not silent
     */
    public void apply(LogNames names, List<String> silent, List<String> others) {
        LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
        var root = context.getLogger(Logger.ROOT_LOGGER_NAME);
        // Those of logback.xml, which serve until the options have been read.
        root.detachAndStopAllAppenders();
        Encoder<ILoggingEvent> encoder = encoder(context);
        ConsoleAppender<ILoggingEvent> stderr = new NamingAppender(names);
        stderr.setContext(context);
        stderr.setName("stderr");
        stderr.setTarget("System.err");
        stderr.setEncoder(encoder);
        stderr.start();
        root.addAppender(stderr);
        Level chosen = Level.toLevel(level);
        root.setLevel(chosen);
        context.getLogger("org.eclipse.jetty").setLevel(ofJetty(chosen));
        Level ofSilent = chosen.isGreaterOrEqual(Level.INFO) ? Level.ERROR : chosen;
        silent.forEach(name -> context.getLogger(name).setLevel(ofSilent));
        others.forEach(name -> context.getLogger(name).setLevel(chosen));
    }

    /** At info Jetty tells how its own objects start and stop, and at debug what it does with every byte. This project's log tells what happens. */
    private static Level ofJetty(Level chosen) {
        if (chosen.equals(Level.TRACE)) {
            return Level.TRACE;
        }
        return chosen.isGreaterOrEqual(Level.WARN) ? chosen : Level.WARN;
    }

    /** Writes lines with the names of the members that they are about. */
    private static final class NamingAppender extends ConsoleAppender<ILoggingEvent> {
        private final LogNames names;

        NamingAppender(LogNames names) {
            this.names = names;
        }

        @Override
        protected void append(ILoggingEvent line) {
            super.append(names.named(line));
        }
    }

    /** Begins to format lines. */
    Encoder<ILoggingEvent> encoder(LoggerContext context) {
        Encoder<ILoggingEvent> encoder = json ? objects() : text();
        encoder.setContext(context);
        encoder.start();
        return encoder;
    }

    private static Encoder<ILoggingEvent> objects() {
        JsonEncoder encoder = new AsciiControls();
        encoder.setWithFormattedMessage(true);
        encoder.setWithMessage(false);
        encoder.setWithArguments(false);
        encoder.setWithContext(false);
        return encoder;
    }

    private static Encoder<ILoggingEvent> text() {
        PatternLayoutEncoder encoder = new PatternLayoutEncoder();
        encoder.setPattern(PATTERN);
        return encoder;
    }

    /** Escapes C1's control characters too, which JSON allows, and a terminal obeys. */
    private static final class AsciiControls extends JsonEncoder {
        private static final Pattern C1 = Pattern.compile("[\\x7f-\\x9f]");

        @Override
        public byte[] encode(ILoggingEvent event) {
            String line = new String(super.encode(event), StandardCharsets.UTF_8);
            return C1.matcher(line)
                    .replaceAll(control ->
                            "\\\\u%04x".formatted((int) control.group().charAt(0)))
                    .getBytes(StandardCharsets.UTF_8);
        }
    }
}
