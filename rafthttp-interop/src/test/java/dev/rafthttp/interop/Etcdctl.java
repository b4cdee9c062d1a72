package dev.rafthttp.interop;

import com.google.gson.JsonElement;
import com.google.gson.JsonParser;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.stream.Collectors;

/** etcd's own command-line client, against one or more members. */
final class Etcdctl {
    private static final Duration COMMAND_TIMEOUT = Duration.ofSeconds(5);

    /** Above {@link #COMMAND_TIMEOUT}, so that etcdctl itself says what it waited for, and the 60 s of a performance check. */
    private static final Duration LIMIT = Duration.ofSeconds(120);

    private final String endpoints;

    Etcdctl(Collection<URI> endpoints) {
        this.endpoints = endpoints.stream().map(URI::toString).collect(Collectors.joining(","));
    }

    /**
     * Runs a command and returns what it printed.
     *
     * @throws Commands.CommandFailed with etcdctl's own words
     */
    String run(String... arguments) {
        List<String> command = new ArrayList<>(List.of(
                "etcdctl",
                "--endpoints=" + endpoints,
                "--dial-timeout=2s",
                "--command-timeout=" + COMMAND_TIMEOUT.toSeconds() + "s"));
        command.addAll(List.of(arguments));
        return Commands.run(LIMIT, command).strip();
    }

    JsonElement json(String... arguments) {
        List<String> all = new ArrayList<>(List.of(arguments));
        all.add("--write-out=json");
        return JsonParser.parseString(run(all.toArray(String[]::new)));
    }
}
