package dev.rafthttp.cluster;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** What is done to running containers. Any thread. */
final class Docker {
    /** Far above what any of these takes; a docker that is not done by then is stuck. */
    private static final Duration LIMIT = Duration.ofSeconds(60);

    /** Whether there is a docker that answers. */
    static boolean answers() {
        return Shell.isOnPath("docker") && Shell.succeeds(LIMIT, "docker", "info");
    }

    /** SIGKILL. */
    void kill(String container) {
        docker("kill", container);
    }

    /** SIGTERM, and SIGKILL if that was not enough; then the container is started again. */
    void restart(String container) {
        docker("restart", container);
    }

    void start(String container) {
        docker("start", container);
    }

    /** SIGSTOP: the kernel still takes its connections, and nobody answers. */
    void suspend(String container) {
        docker("kill", "--signal=STOP", container);
    }

    void resume(String container) {
        docker("kill", "--signal=CONT", container);
    }

    /** Takes a container's interface away, with whatever was under way. */
    void disconnect(String network, String container) {
        docker("network", "disconnect", network, container);
    }

    /** Gives it one again, at an address that may be another. */
    void connect(String network, String container, String alias) {
        docker("network", "connect", "--alias", alias, network, container);
    }

    /** Loses every packet that a container sends into a network, and none that it is sent. */
    void muteTowards(String network, String container) {
        iptables(container, "--append", network);
    }

    void unmuteTowards(String network, String container) {
        iptables(container, "--delete", network);
    }

    private static void iptables(String container, String what, String network) {
        String pid = docker("inspect", "--format", "{{.State.Pid}}", container);
        String subnet = docker("network", "inspect", "--format", "{{(index .IPAM.Config 0).Subnet}}", network);
        Shell.run(
                LIMIT,
                List.of(
                        "nsenter",
                        "--net=/proc/" + pid + "/ns/net",
                        "iptables",
                        "--wait",
                        what,
                        "OUTPUT",
                        "--destination",
                        subnet,
                        "--jump",
                        "DROP"));
    }

    private static String docker(String... arguments) {
        List<String> command = new ArrayList<>(List.of("docker"));
        command.addAll(List.of(arguments));
        return Shell.run(LIMIT, command);
    }
}
