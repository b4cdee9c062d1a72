package dev.rafthttp.interop;

import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Hosts that are network namespaces of this machine: each has a loopback of its own, so that on all of them the same
 * loopback URLs can be in use, and an address on one network with this machine.
 *
 * <p>The bridge is in a namespace too, where no packet filter of the machine meets it.
 */
final class Namespaces implements AutoCloseable {
    private static final Duration LIMIT = Duration.ofSeconds(10);

    /** A subnet of 198.18.0.0/15, which is for benchmarks within a machine and routed nowhere (RFC 2544). */
    private static final String SUBNET = "198.18.%d.%d";

    private static final int HUB = 254;
    private static final int MACHINE = 253;

    private final String tag;
    private final int subnet;
    private final List<String> made = new ArrayList<>();
    private final Thread deleteAtExit = new Thread(this::delete, "delete-namespaces");
    private int hosts;

    /** Makes the network that the hosts will be on; needs root. */
    Namespaces() {
        // Interfaces have names of at most 15 characters.
        tag = "rh" + Integer.toString(ThreadLocalRandom.current().nextInt(36 * 36 * 36 * 36), 36);
        subnet = ThreadLocalRandom.current().nextInt(1, 255);
        Runtime.getRuntime().addShutdownHook(deleteAtExit);
        try {
            create(hub());
            in(hub(), "link add bridge type bridge");
            in(hub(), "addr add " + address(HUB) + "/24 dev bridge");
            in(hub(), "link set bridge up");
            ip("link add " + tag + " type veth peer name machine netns " + hub());
            in(hub(), "link set machine master bridge up");
            ip("addr add " + address(MACHINE) + "/24 dev " + tag);
            ip("link set " + tag + " up");
        } catch (RuntimeException e) {
            close();
            throw e;
        }
    }

    /** Why there can be no namespaces here, or an empty string if there can. */
    static String unavailable() {
        try (Namespaces probe = new Namespaces()) {
            probe.host("probe");
            return "";
        } catch (Commands.CommandFailed | UncheckedIOException e) {
            return "network namespaces need root and iproute2: " + e.getMessage();
        }
    }

    /** Makes another host. */
    Host host(String name) {
        String namespace = tag + "-" + name;
        String address = address(++hosts);
        create(namespace);
        String port = "host" + hosts;
        in(hub(), "link add " + port + " type veth peer name eth0 netns " + namespace);
        in(hub(), "link set " + port + " master bridge up");
        in(namespace, "addr add " + address + "/24 dev eth0");
        in(namespace, "link set eth0 up");
        // Leads nowhere, but etcd complains if there is none.
        in(namespace, "route add default via " + address(HUB));
        return new Host(name, List.of("nsenter", "--net=/run/netns/" + namespace, "--"), address);
    }

    /** Takes all of it away; processes that still run there end by themselves or are their owner's to end. */
    @Override
    public void close() {
        try {
            Runtime.getRuntime().removeShutdownHook(deleteAtExit);
        } catch (IllegalStateException e) {
            // The JVM is going down, and deletes them now.
            return;
        }
        delete();
    }

    private synchronized void delete() {
        List<String> all = List.copyOf(made);
        made.clear();
        Closing.all(all.stream()
                .map(namespace -> (AutoCloseable) () -> ip("netns del " + namespace))
                .toList());
    }

    private String hub() {
        return tag + "-hub";
    }

    private String address(int host) {
        return SUBNET.formatted(subnet, host);
    }

    private synchronized void create(String namespace) {
        ip("netns add " + namespace);
        made.add(namespace);
        in(namespace, "link set lo up");
    }

    private static void in(String namespace, String arguments) {
        ip("-netns " + namespace + " " + arguments);
    }

    private static void ip(String arguments) {
        List<String> command = new ArrayList<>(List.of("ip"));
        command.addAll(List.of(arguments.split(" ")));
        Commands.run(LIMIT, command);
    }
}
