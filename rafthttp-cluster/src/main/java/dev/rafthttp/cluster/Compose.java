package dev.rafthttp.cluster;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * The containers of one compose file, from the moment they are started until all that was made for them is removed again:
 * containers, networks and volumes, but not images.
 */
final class Compose implements AutoCloseable {
    /** Building the images from the sources takes some minutes the first time. */
    private static final Duration UP_LIMIT = Duration.ofMinutes(20);

    private static final Duration LIMIT = Duration.ofMinutes(2);

    private final Path file;
    private final String project;
    private final List<String> program;

    /**
     * Nothing is started yet.
     *
     * @param project a name that nobody else's containers have
     */
    Compose(Path file, String project) {
        this.file = file;
        this.project = project;
        this.program = program();
    }

    /** {@code docker compose}, or where docker has no such plugin, {@code docker-compose}. */
    private static List<String> program() {
        if (Shell.succeeds(LIMIT, "docker", "compose", "version")) {
            return List.of("docker", "compose");
        }
        if (Shell.isOnPath("docker-compose")) {
            return List.of("docker-compose");
        }
        throw new IllegalStateException("there is neither docker compose nor docker-compose: install one of them");
    }

    /** Starts the containers, after whatever a run that was cut off may have left was removed. */
    void up() {
        close();
        compose(UP_LIMIT, "up", "--detach");
    }

    /** The container of a service, by its ID, which it keeps when it is started again. */
    String container(String service) {
        String id = compose(LIMIT, "ps", "--all", "--quiet", service);
        if (id.isEmpty()) {
            throw new IllegalStateException("service " + service + " of " + file + " has no container");
        }
        return id;
    }

    /** A network of the file, by the name under which docker has it. */
    String network(String name) {
        return project + "_" + name;
    }

    /** Writes what the containers have said into a file. */
    void saveLogs(Path log) {
        try {
            Files.createDirectories(log.toAbsolutePath().getParent());
            Files.writeString(log, compose(LIMIT, "logs", "--no-color", "--timestamps"));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write " + log, e);
        }
    }

    @Override
    public void close() {
        compose(LIMIT, "down", "--volumes", "--remove-orphans", "--timeout", "5");
    }

    /** How to speak to it by hand. */
    @Override
    public String toString() {
        return String.join(" ", command());
    }

    private String compose(Duration limit, String... arguments) {
        List<String> command = command();
        command.addAll(List.of(arguments));
        return Shell.run(limit, command);
    }

    private List<String> command() {
        List<String> command = new ArrayList<>(program);
        command.addAll(List.of("--project-name", project, "--file", file.toString()));
        return command;
    }
}
