package dev.rafthttp.options;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.LoggingEvent;
import com.google.gson.JsonParser;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** What strangers wrote, in log lines. */
class LogsTest {
    private static final String STRANGE = "said \"a\r\nb\u001b[31mc\u009b31m\u2028d\u202ee\u200ff\"";

    private static String line(boolean json) {
        LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
        LoggingEvent event = new LoggingEvent(
                LogsTest.class.getName(),
                context.getLogger("a"),
                Level.WARN,
                "{} {}",
                new IllegalStateException(STRANGE),
                new Object[] {"peer", STRANGE});
        return new String(new Logs(json, "info").encoder(context).encode(event), StandardCharsets.UTF_8);
    }

    @Test
    void shouldWriteOneLineWithoutATerminalsCommandsWhenALineQuotesAStranger() {
        String text = line(false);

        assertThat(text.lines().findFirst().orElseThrow()).endsWith("peer said \"a b [31mc 31m d e f\"");
        assertThat(text).contains("IllegalStateException: said").contains("at dev.rafthttp");
        assertThat(text.replaceAll("[\n\t]", "")).doesNotContainPattern("[\\p{Cc}\u2028\u200f\u202e]");
    }

    @Test
    void shouldEscapeATerminalsCommandsWhenLinesAreObjects() {
        String text = line(true);

        assertThat(text.strip()).doesNotContainPattern("\\p{Cc}");
        assertThat(JsonParser.parseString(text)
                        .getAsJsonObject()
                        .get("formattedMessage")
                        .getAsString())
                .isEqualTo("peer " + STRANGE);
    }
}
