package dev.rafthttp.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WarmProgramTest {
    @TempDir
    private Path folder;

    private File errors;

    @BeforeEach
    void nameTheFile() {
        errors = folder.resolve("errors").toFile();
    }

    private WarmProgram shell(String script) throws IOException, InterruptedException {
        return new WarmProgram("sh", List.of("sh", "-c", script), errors);
    }

    @Test
    void shouldGiveTheLinesOfOneRunWhenTold() throws IOException, InterruptedException {
        List<String> shown = new ArrayList<>();
        try (WarmProgram program = shell(
                "echo warm; echo ready; n=0; while read -r line; do n=$((n+1)); echo a$n; echo b$n; echo ready; done")) {
            assertThat(program.run(shown::add)).containsExactly("a1", "b1");
            assertThat(program.run(shown::add)).containsExactly("a2", "b2");
        }
        assertThat(shown).containsExactly("a1", "b1", "a2", "b2");
    }

    @Test
    void shouldEndTheProgramWhenClosed() throws IOException, InterruptedException {
        Path ended = folder.resolve("ended");
        shell("echo ready; read -r line; echo $? > " + ended).close();

        assertThat(ended).hasContent("1");
    }

    @Test
    void shouldNameTheStatusWhenItEndsBeforeItIsReady() throws IOException {
        assertThatThrownBy(() -> shell("echo broken >&2; exit 3"))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("sh ended with status 3")
                .hasMessageContaining(errors.toString());
        assertThat(Files.readString(errors.toPath())).isEqualTo("broken\n");
    }

    @Test
    void shouldNameTheStatusWhenItEndsInARun() throws IOException, InterruptedException {
        try (WarmProgram program = shell("echo ready; read -r line; echo LOST; exit 4")) {
            assertThatThrownBy(() -> program.run(line -> {}))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("status 4");
        }
    }
}
