package dev.rafthttp.dist;

import static org.awaitility.Awaitility.await;

import dev.rafthttp.dist.CommandBlock.Key;
import dev.rafthttp.dist.CommandBlock.Step;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/** Runs the blocks of one page in order, as a reader pastes them, in a folder and on a loopback interface of the page's own. */
final class PageRun implements AutoCloseable {
    private static final Duration LIMIT = Duration.ofSeconds(120);

    /** What readers paste into. The last one differs most from the others. */
    private static final List<List<String>> SHELLS = List.of(List.of("bash"), List.of("dash"), List.of("zsh", "-f"));

    /** A line that sets variables, which the terminal still has in the blocks that follow. */
    private static final Pattern ASSIGNMENTS = Pattern.compile("(\\w+=\\S+ ?)+");

    private final String page;
    private final Path folder;
    private final Path scratch;
    private final Map<String, String> environment;
    private final Loopback loopback;
    private final List<List<String>> shells = new ArrayList<>();
    private final Map<CommandBlock, Terminal> terminals = new LinkedHashMap<>();
    private final List<String> variables = new ArrayList<>();
    private final List<String> skipped = new ArrayList<>();
    private int started;

    /**
     * @param folder where the commands are run
     * @param scratch where the scripts and their output are kept
     */
    PageRun(String page, Path folder, Path scratch, Map<String, String> environment) throws IOException {
        this.page = page;
        this.folder = folder;
        this.scratch = scratch;
        this.environment = environment;
        loopback = Loopback.open();
        for (List<String> shell : SHELLS) {
            if (succeeds("command -v " + shell.get(0))) {
                shells.add(shell);
            } else {
                skipped.add("there is no " + shell.get(0));
            }
        }
    }

    /** Runs a block; fails if it does not do what the page says. */
    void run(CommandBlock block) throws IOException {
        if (block.has(Key.STOP_TERMINALS)) {
            stopTerminals();
        }
        if (block.has(Key.NOT_RUN)) {
            return;
        }
        for (String needed : block.values(Key.NEEDS)) {
            if (!succeeds(needed)) {
                skipped.add(where(block) + ": '" + needed + "' fails");
                return;
            }
        }
        for (String before : block.values(Key.BEFORE)) {
            check(block, new Step(before, Optional.empty()), shells.get(0), 0);
        }
        if (block.has(Key.TERMINAL)) {
            start(block);
        } else {
            for (List<String> shell : shellsFor(block)) {
                for (Step step : block.steps()) {
                    runToItsEnd(block, step, shell);
                }
            }
        }
    }

    private List<List<String>> shellsFor(CommandBlock block) {
        if (!block.hasShellLogic()) {
            return shells.subList(0, 1);
        }
        boolean isOnce = block.has(Key.ONCE) || block.has(Key.TERMINAL);
        return isOnce ? shells.subList(shells.size() - 1, shells.size()) : shells;
    }

    private void start(CommandBlock block) throws IOException {
        String commands = String.join("\n", block.lines());
        Terminal terminal = open(commands, shellsFor(block).get(0), true);
        terminals.put(block, terminal);
        keepVariables(commands);
        String isUp = block.value(Key.TERMINAL).orElse("");
        if (!isUp.isEmpty()) {
            await().alias(where(block) + " is up").atMost(LIMIT).until(() -> {
                if (terminal.hasFailed()) {
                    throw new AssertionError(where(block) + " has failed; it printed\n" + terminal.output());
                }
                return statusOf(isUp) == 0;
            });
        }
    }

    private int statusOf(String command) throws IOException {
        try (Terminal asking = open(command, List.of("sh"), true)) {
            return asking.waitFor(LIMIT.toSeconds());
        }
    }

    private void runToItsEnd(CommandBlock block, Step step, List<String> shell) throws IOException {
        int status = Integer.parseInt(block.value(Key.EXIT_STATUS).orElse("0"));
        String printed = check(block, step, shell, status);
        step.output().ifPresent(expected -> expect(printed.equals(expected), block, shell, printed, expected));
        for (String each : block.values(Key.PRINTS)) {
            expect(printed.contains(each), block, shell, printed, each);
        }
        keepVariables(step.command());
    }

    private void keepVariables(String commands) {
        commands.lines().filter(line -> ASSIGNMENTS.matcher(line).matches()).forEach(variables::add);
    }

    private String check(CommandBlock block, Step step, List<String> shell, int status) throws IOException {
        try (Terminal running = open(step.command(), shell, true)) {
            int ended = running.waitFor(LIMIT.toSeconds());
            expect(
                    ended == status,
                    block,
                    shell,
                    running.output() + "and ended with status " + ended,
                    "status " + status);
            return running.output();
        } catch (AssertionError failure) {
            throw new AssertionError(where(block) + ": " + failure.getMessage(), failure);
        }
    }

    /** Whether a command succeeds on the machine's own network. */
    private boolean succeeds(String command) throws IOException {
        try (Terminal running = open(command, List.of("sh"), false)) {
            return running.waitFor(LIMIT.toSeconds()) == 0;
        }
    }

    private Terminal open(String commands, List<String> shell, boolean isOnLoopback) throws IOException {
        started++;
        // Of several commands, the first that fails ends the script.
        Path script = Files.writeString(
                scratch.resolve(started + ".sh"), "set -e\n" + String.join("\n", variables) + "\n" + commands + "\n");
        List<String> command = new ArrayList<>(List.of("setsid"));
        command.addAll(shell);
        command.add(script.toString());
        ProcessBuilder builder = new ProcessBuilder(isOnLoopback ? loopback.command(command) : command);
        builder.directory(folder.toFile());
        builder.environment().putAll(environment);
        return new Terminal(builder, scratch.resolve(started + ".out"));
    }

    private void expect(boolean holds, CommandBlock block, List<String> shell, String printed, String expected) {
        if (!holds) {
            throw new AssertionError(where(block) + " in " + shell.get(0) + " printed\n" + printed + "\nexpected\n"
                    + expected + "\n" + tellTerminals());
        }
    }

    private String tellTerminals() {
        return String.join(
                "\n",
                terminals.entrySet().stream()
                        .map(each -> where(each.getKey()) + " printed\n"
                                + each.getValue().output())
                        .toList());
    }

    private String where(CommandBlock block) {
        return page + ":" + block.line();
    }

    /** Waits until the terminals have printed what the page says, then ends them. */
    private void stopTerminals() throws IOException {
        for (Map.Entry<CommandBlock, Terminal> each : terminals.entrySet()) {
            for (String expected : each.getKey().values(Key.PRINTS)) {
                await().alias(where(each.getKey()) + " prints " + expected)
                        .atMost(LIMIT)
                        .until(() -> each.getValue().output().contains(expected));
            }
        }
        endTerminals();
    }

    private void endTerminals() throws IOException {
        // All at once, since some take seconds to end.
        for (Terminal each : terminals.values()) {
            each.interrupt();
        }
        for (Terminal each : terminals.values()) {
            each.close();
        }
        terminals.clear();
    }

    /** Ends the page; returns what could not be run on this machine, and why. */
    List<String> finish() throws IOException {
        stopTerminals();
        return List.copyOf(skipped);
    }

    @Override
    public void close() throws IOException {
        try (loopback) {
            endTerminals();
        }
    }
}
