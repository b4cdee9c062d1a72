package dev.rafthttp.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** The program on the page about embedding is the one that is compiled and run here. */
class EmbeddingPageTest {
    private static final Path PAGE = Path.of("..", "docs", "embedding.md");
    private static final Path PROGRAM =
            Path.of("src", "test", "java", "dev", "rafthttp", "examples", "EmbeddedMember.java");

    @Test
    void shouldShowTheProgramThatCompiles() throws IOException {
        assertThat(Files.readString(PAGE)).contains("```java\n" + Files.readString(PROGRAM) + "```");
    }

    @Test
    void shouldDeliverTheHeartbeatWhenTheProgramRuns() throws InterruptedException {
        PrintStream stdout = System.out;
        ByteArrayOutputStream printed = new ByteArrayOutputStream();
        System.setOut(new PrintStream(printed, true, StandardCharsets.UTF_8));
        try {
            EmbeddedMember.main(new String[0]);
        } finally {
            System.setOut(stdout);
        }
        assertThat(printed.toString(StandardCharsets.UTF_8)).contains("received", "MsgHeartbeat");
    }
}
