package dev.rafthttp.dist;

import dev.rafthttp.dist.CommandBlock.Directive;
import dev.rafthttp.dist.CommandBlock.Key;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Finds the blocks of commands in a page of Markdown: all fenced blocks that name no language. */
final class CommandPage {
    private static final Pattern FENCE = Pattern.compile("( *)```(.*)");
    private static final Pattern DIRECTIVE = Pattern.compile(" *<!-- ([^:]+?)(?:: (.+?))? -->");

    /** Interactive zsh takes it for arguments. */
    private static final Pattern COMMENT = Pattern.compile("(?:^|\\s)#(?:\\s|$)");

    private final String name;
    private final List<String> lines;
    private final List<CommandBlock> blocks = new ArrayList<>();
    private final List<Directive> pending = new ArrayList<>();

    private CommandPage(String name, List<String> lines) {
        this.name = name;
        this.lines = lines;
    }

    /**
     * The blocks of a page, in order.
     *
     * @throws IllegalArgumentException if the page's source says what the runner does not understand
     */
    static List<CommandBlock> blocks(String name, List<String> lines) {
        CommandPage page = new CommandPage(name, lines);
        page.read();
        return List.copyOf(page.blocks);
    }

    private void read() {
        for (int at = 0; at < lines.size(); at++) {
            Matcher fence = FENCE.matcher(lines.get(at));
            Matcher directive = DIRECTIVE.matcher(lines.get(at));
            if (fence.matches()) {
                at = block(at, fence.group(1), fence.group(2));
            } else if (directive.matches()) {
                pending.add(new Directive(
                        key(at, directive.group(1)),
                        Optional.ofNullable(directive.group(2)).orElse("")));
            } else {
                expect(pending.isEmpty(), at, "a directive without a block of commands right below");
            }
        }
        expect(pending.isEmpty(), lines.size() - 1, "a directive without a block of commands right below");
    }

    private Key key(int at, String text) {
        return Key.of(text)
                .orElseThrow(() -> new IllegalArgumentException(
                        where(at) + ": unknown directive '" + text + "', expected one of " + List.of(Key.values())));
    }

    /** Returns where the closing fence is. */
    private int block(int open, String indentation, String language) {
        int close = open + 1;
        while (close < lines.size() && !lines.get(close).equals(indentation + "```")) {
            close++;
        }
        expect(close < lines.size(), open, "a block that is not closed");
        if (language.isEmpty()) {
            List<String> commands = lines.subList(open + 1, close).stream()
                    .map(line -> line.startsWith(indentation) ? line.substring(indentation.length()) : line)
                    .toList();
            expect(!commands.isEmpty(), open, "a block without commands");
            boolean isComment =
                    commands.stream().anyMatch(line -> COMMENT.matcher(line).find());
            expect(!isComment, open, "a comment among commands, which zsh takes for arguments when it is pasted");
            CommandBlock block = new CommandBlock(open + 1, commands, pending);
            expect(!block.value(Key.NOT_RUN).equals(Optional.of("")), open, "no reason why the block is not run");
            blocks.add(block);
            pending.clear();
        }
        expect(pending.isEmpty(), open, "a directive above a block of " + language);
        return close;
    }

    private void expect(boolean holds, int at, String otherwise) {
        if (!holds) {
            throw new IllegalArgumentException(where(at) + ": " + otherwise);
        }
    }

    private String where(int at) {
        return name + ":" + (at + 1);
    }
}
