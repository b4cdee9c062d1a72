package dev.rafthttp.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@link PeerAddresses} with the lookups of this JDK and C library, and a name server that is not well. */
class NameServerTest {
    @TempDir
    private Path folder;

    private static String outputOf(String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (!process.waitFor(60, TimeUnit.SECONDS) || process.exitValue() != 0) {
            process.destroyForcibly();
            return "failed: " + output;
        }
        return output;
    }

    private static boolean hasNamespaces() throws InterruptedException {
        try {
            return outputOf("unshare", "--net", "--mount", "ip", "link", "set", "lo", "up")
                    .isEmpty();
        } catch (IOException noUnshare) {
            return false;
        }
    }

    @Test
    void shouldDoWithTheLastAddressUntilThereIsNoSuchName() throws Exception {
        assumeTrue(hasNamespaces(), "needs unshare and ip, and the right to a network and mount namespace");
        Path config = folder.resolve("resolv.conf");
        Files.writeString(config, "nameserver 127.0.0.1\noptions timeout:10 attempts:1\n");
        String script = "ip link set lo up && mount --bind \"$1\" /etc/resolv.conf && shift && exec \"$@\"";

        String printed = outputOf(
                "unshare",
                "--net",
                "--mount",
                "env",
                "LC_ALL=C",
                "sh",
                "-c",
                script,
                "sh",
                config.toString(),
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                NameServerLookups.class.getName());

        assertThat(printed.lines().filter(line -> line.contains(" -> ")).toList())
                .as(printed)
                .isEqualTo(List.of(
                        "well -> 10.0.0.1",
                        "SERVFAIL -> 10.0.0.1",
                        "REFUSED -> 10.0.0.1",
                        "closed -> 10.0.0.1",
                        "NXDOMAIN -> java.net.UnknownHostException: peer.example: Name or service not known",
                        "SERVFAIL after it -> java.net.UnknownHostException: peer.example: Temporary failure in name"
                                + " resolution"));
    }
}
