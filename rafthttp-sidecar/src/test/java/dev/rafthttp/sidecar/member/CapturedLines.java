package dev.rafthttp.sidecar.member;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.slf4j.LoggerFactory;

/** What is logged, from info on, by one logger and those below it, until it is closed; instead of where it would go. */
public final class CapturedLines extends AppenderBase<ILoggingEvent> implements AutoCloseable {
    private final List<ILoggingEvent> lines = new CopyOnWriteArrayList<>();
    private final Logger logger;

    /** Begins to listen to a logger. */
    public CapturedLines(String name) {
        logger = (Logger) LoggerFactory.getLogger(name);
        start();
        logger.addAppender(this);
        logger.setAdditive(false);
        logger.setLevel(Level.INFO);
    }

    @Override
    protected void append(ILoggingEvent line) {
        // Asked of the thread that logs, and kept by the line.
        line.prepareForDeferredProcessing();
        lines.add(line);
    }

    /** The lines so far, with their levels. */
    public List<String> lines() {
        return lines.stream()
                .map(line -> line.getLevel() + " " + line.getFormattedMessage())
                .toList();
    }

    /** The threads of the lines with some words. */
    public List<String> threadsOf(String words) {
        return lines.stream()
                .filter(line -> line.getFormattedMessage().contains(words))
                .map(ILoggingEvent::getThreadName)
                .toList();
    }

    @Override
    public void close() {
        logger.detachAppender(this);
        logger.setAdditive(true);
        logger.setLevel(null);
    }
}
