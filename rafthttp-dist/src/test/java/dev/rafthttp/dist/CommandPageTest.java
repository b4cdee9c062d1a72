package dev.rafthttp.dist;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rafthttp.dist.CommandBlock.Key;
import dev.rafthttp.dist.CommandBlock.Step;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class CommandPageTest {

    private static List<CommandBlock> blocks(String page) {
        return CommandPage.blocks("page.md", page.lines().toList());
    }

    @Test
    void shouldTakeTheBlocksWithoutALanguageWhenThereAreOthers() {
        List<CommandBlock> blocks = blocks("""
                ```text
                a ──▶ b
                ```
                ```
                first
                ```
                1. in a list

                   ```
                   second \\
                       --option
                   ```
                """);

        assertThat(blocks)
                .extracting(CommandBlock::lines)
                .containsExactly(List.of("first"), List.of("second \\", "    --option"));
        assertThat(blocks).extracting(CommandBlock::line).containsExactly(4, 9);
    }

    @Test
    void shouldKnowWhatIsSaidOfABlockWhenItStandsRightAbove() {
        CommandBlock block = blocks("""
                <!-- not run: needs docker: a daemon of it -->
                <!-- once -->
                ```
                docker ps
                ```
                """).get(0);

        assertThat(block.value(Key.NOT_RUN)).contains("needs docker: a daemon of it");
        assertThat(block.has(Key.ONCE)).isTrue();
        assertThat(block.has(Key.TERMINAL)).isFalse();
    }

    @Test
    void shouldTellCommandsFromTheirOutputWhenABlockShowsBoth() {
        CommandBlock block = blocks("""
                ```
                $ x=1
                $ echo a \\
                    b
                a b
                ```
                """).get(0);

        assertThat(block.steps())
                .containsExactly(new Step("x=1", Optional.of("")), new Step("echo a \\\n    b", Optional.of("a b\n")));
    }

    @Test
    void shouldTryAllShellsWhenTheyMayUnderstandDifferently() {
        assertThat(blocks("```\necho $(( 0x10 ))\n```").get(0).hasShellLogic()).isTrue();
        assertThat(blocks("```\ncurl http://127.0.0.1/v1/tap?from=a\n```")
                        .get(0)
                        .hasShellLogic())
                .isTrue();
        assertThat(blocks("```\nprintf '\\000'\n```").get(0).hasShellLogic()).isTrue();
        assertThat(blocks("```\ncurl http://127.0.0.1/v1/tap\n```").get(0).hasShellLogic())
                .isFalse();
        assertThat(blocks("```\njava -cp 'lib/*' Node.java\n```").get(0).hasShellLogic())
                .isFalse();
    }

    @Test
    void shouldNameTheLineWhenThePageSaysWhatNobodyUnderstands() {
        assertMistake("\n<!-- notrun: x -->\n```\na\n```", "page.md:2: unknown directive 'notrun'");
        assertMistake("<!-- not run: x -->\nprose\n```\na\n```", "page.md:2: a directive without a block");
        assertMistake("<!-- not run: x -->\n```java\na\n```", "page.md:2: a directive above a block of java");
        assertMistake("<!-- not run -->\n```\na\n```", "page.md:2: no reason why the block is not run");
        assertMistake("```\na\n", "page.md:1: a block that is not closed");
        assertMistake("```\na  # all of it\n```", "page.md:1: a comment among commands");
    }

    private static void assertMistake(String page, String message) {
        assertThatThrownBy(() -> blocks(page))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith(message);
    }
}
