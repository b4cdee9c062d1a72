package dev.rafthttp.interop;

import static org.awaitility.Awaitility.await;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** A relay in a JVM of its own, which can be killed and started again, and its HTTP API. */
final class Relay implements AutoCloseable {
    private static final String MAIN = "dev.rafthttp.sidecar.Main";
    private static final Duration API_LIMIT = Duration.ofSeconds(10);

    private final Host host;
    private final URI node;
    private final List<String> command;
    private final Path folder;
    private ChildProcess process;

    /** Starts it on the host, on this JVM's class path; its folder keeps its state and its log. */
    Relay(Host host, URI node, List<String> options, Path folder) {
        this.host = host;
        this.node = node;
        this.folder = Folders.made(folder);
        command = new ArrayList<>(List.of(
                ProcessHandle.current().info().command().orElse("java"),
                "-Xmx256m",
                // Short runs: they start sooner with the first of Java's compilers alone.
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                MAIN,
                "relay",
                "--listen-node=" + node,
                "--state-dir=" + folder));
        command.addAll(options);
        process = launch();
    }

    /** Waits until it listens everywhere. Each look starts a process, which takes time from the JVM that is starting. */
    void awaitReady() {
        await("readiness of the relay whose log is in " + folder)
                .atMost(Duration.ofSeconds(60))
                .pollInterval(Duration.ofMillis(100))
                .ignoreExceptions()
                .until(() -> !request("GET", "/readyz", "").isEmpty());
    }

    ChildProcess process() {
        return process;
    }

    void restart() {
        process = launch();
    }

    /**
     * Tells it of a member, or where one is now.
     *
     * @param hop what the next hop is: target or uplink
     */
    void putMember(String id, String name, URI front, String hop, URI nextHop) {
        JsonObject member = new JsonObject();
        member.addProperty("name", name);
        member.addProperty("front", front.toString());
        member.addProperty(hop, nextHop.toString());
        request("PUT", "/v1/members/" + id, member.toString());
    }

    void deleteMember(String id) {
        request("DELETE", "/v1/members/" + id, "");
    }

    JsonObject status() {
        return JsonParser.parseString(request("GET", "/v1/status", "")).getAsJsonObject();
    }

    /** Which streams of members it has nobody to give to, as {@code STAND-IN -> PEER LANE}. */
    List<String> detachedStreams() {
        List<String> detached = new ArrayList<>();
        for (JsonElement standIn : status().getAsJsonArray("standIns")) {
            JsonObject member = standIn.getAsJsonObject();
            for (JsonElement each : member.getAsJsonArray("peers")) {
                JsonObject peer = each.getAsJsonObject();
                for (String lane : List.of("msgapp", "message")) {
                    if (!peer.getAsJsonObject("lanes")
                            .getAsJsonObject(lane)
                            .get("attached")
                            .getAsBoolean()) {
                        detached.add(member.get("member").getAsString() + " -> "
                                + peer.get("id").getAsString() + " " + lane);
                    }
                }
            }
        }
        return detached;
    }

    @Override
    public void close() {
        process.close();
    }

    private ChildProcess launch() {
        return host.start(command, folder.resolve("log"));
    }

    /** By bash, which can be started on the relay's host; the API listens at that host's loopback alone. */
    private String request(String method, String path, String body) {
        String script = "exec 3<>/dev/tcp/$0/$1; printf '%s' \"$2\" >&3; cat <&3";
        String request = "%s %s HTTP/1.0\r\nHost: %s\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s"
                .formatted(method, path, node.getAuthority(), body.length(), body);
        List<String> all = new ArrayList<>(host.prefix());
        all.addAll(List.of("bash", "-c", script, node.getHost(), Integer.toString(node.getPort()), request));
        String[] answer = Commands.run(API_LIMIT, all).split("\r\n\r\n", 2);
        if (!answer[0].matches("(?s)HTTP/1\\.[01] 2\\d\\d .*")) {
            throw new IllegalStateException(method + " " + path + " " + body + " at " + node + " of " + host.name()
                    + ": " + String.join(" ", answer));
        }
        return answer[1];
    }
}
