package dev.rafthttp.dist;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A fenced block of commands in a page, with what the page's source says of it.
 *
 * @param line of the opening fence, counted from 1
 * @param lines as they stand there, without the indentation of the fence
 */
record CommandBlock(int line, List<String> lines, List<Directive> directives) {
    private static final String PROMPT = "$ ";

    /** Which all shells leave as it is. */
    private static final Pattern QUOTED = Pattern.compile("'[^']*'");

    /** Shells differ in what they expand, and in the escapes that they print. */
    private static final Pattern SHELL_LOGIC =
            Pattern.compile("[$`*?\\[~;]|^\\w+=|\\becho\\b|\\bprintf\\b", Pattern.MULTILINE);

    /**
     * What the block's commands are put to, in a comment of HTML above the fence: {@code <!-- KEY: VALUE -->}.
     *
     * @param value empty if there is none
     */
    record Directive(Key key, String value) {}

    /** What a page may say of the block that follows. */
    enum Key {
        /** The reason why the block is not run. */
        NOT_RUN("not run"),
        /** The commands run on in a terminal of their own; they are up when the command succeeds that is named, if one is. */
        TERMINAL("terminal"),
        /** Ends the commands that run on in terminals, as Ctrl-C does. */
        STOP_TERMINALS("stop all terminals"),
        /** A shell's line that makes what the reader has already. */
        BEFORE("before"),
        /** What the output contains; of a terminal, at the end of the page. */
        PRINTS("prints"),
        /** The block cannot be repeated, so that it is run in one shell only. */
        ONCE("once"),
        /** The exit status of the only command in the block, if it is not 0. */
        EXIT_STATUS("exit status"),
        /** A command, run outside of the page's network: the block is skipped if it fails. */
        NEEDS("needs");

        private final String text;

        Key(String text) {
            this.text = text;
        }

        static Optional<Key> of(String text) {
            return List.of(values()).stream()
                    .filter(each -> each.text.equals(text))
                    .findFirst();
        }
    }

    /**
     * What a block shows of a terminal: a command after {@code $}, and all that it prints.
     *
     * @param output empty if the block only has commands
     */
    record Step(String command, Optional<String> output) {}

    CommandBlock {
        lines = List.copyOf(lines);
        directives = List.copyOf(directives);
    }

    boolean has(Key key) {
        return value(key).isPresent();
    }

    Optional<String> value(Key key) {
        return values(key).stream().findFirst();
    }

    List<String> values(Key key) {
        return directives.stream()
                .filter(each -> each.key() == key)
                .map(Directive::value)
                .toList();
    }

    /** Whether shells may understand the commands differently. */
    boolean hasShellLogic() {
        String commands = QUOTED.matcher(String.join("\n", lines)).replaceAll("''");
        return SHELL_LOGIC.matcher(commands).find();
    }

    /** What to run, in order. */
    List<Step> steps() {
        if (!lines.get(0).startsWith(PROMPT)) {
            return List.of(new Step(String.join("\n", lines), Optional.empty()));
        }
        List<Step> steps = new ArrayList<>();
        for (int at = 0; at < lines.size(); ) {
            int end = at + 1;
            while (lines.get(end - 1).endsWith("\\")) {
                end++;
            }
            int next = end;
            while (next < lines.size() && !lines.get(next).startsWith(PROMPT)) {
                next++;
            }
            String command = String.join("\n", lines.subList(at, end)).substring(PROMPT.length());
            String output = String.join(
                    "",
                    lines.subList(end, next).stream().map(line -> line + "\n").toList());
            steps.add(new Step(command, Optional.of(output)));
            at = next;
        }
        return steps;
    }
}
