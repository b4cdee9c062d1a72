package dev.rafthttp.interop;

import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A host for each member and a relay beside it. On every host the fronts are the same loopback URLs, where the relay
 * stands for the members of the other hosts.
 */
final class RelayEachWiring implements Wiring {
    private static final int FIRST_FRONT = 11_380;
    private static final int REAL = 21_380;
    private static final int CLIENT = 2_379;
    private static final int UPLINK = 2_380;
    private static final int NODE = 2_381;

    private final String token;
    private final Path folder;
    private final Namespaces namespaces = new Namespaces();
    private final Map<String, Relay> relays = new LinkedHashMap<>();
    private final List<MemberUrls> founders = new ArrayList<>();
    private int fronts;

    RelayEachWiring(String token, Path folder) {
        this.token = token;
        this.folder = folder;
    }

    @Override
    public MemberUrls place(String name) {
        Host host = namespaces.host(name);
        return new MemberUrls(
                name, host, nextFront(), loopback(REAL), URI.create("http://" + host.address() + ":" + CLIENT));
    }

    @Override
    public MemberUrls move(MemberUrls member) {
        return member.withFront(nextFront());
    }

    @Override
    public void start(List<MemberUrls> members) {
        members.forEach(member -> startBeside(member, members, List.of()));
        founders.addAll(members);
    }

    @Override
    public void add(MemberUrls member, String id, String clusterId) {
        relays.values().forEach(relay -> tell(relay, member, id));
        List<MemberUrls> all = new ArrayList<>(founders);
        all.add(member);
        // A later member's ID is not made of its URL alone, so neither can the cluster's be derived.
        startBeside(member, all, List.of("--member-ids=" + member.name() + "=" + id, "--cluster-id=" + clusterId));
        // A member that joins asks the others for the cluster once, when it starts, and gives up if none answers.
        relays.get(member.name()).awaitReady();
    }

    @Override
    public void update(MemberUrls member, String id) {
        relays.forEach((name, relay) -> {
            if (name.equals(member.name())) {
                relay.putMember(id, name, member.front(), "target", member.real());
            } else {
                tell(relay, member, id);
            }
        });
    }

    @Override
    public void remove(MemberUrls member, String id) {
        relays.forEach((name, relay) -> {
            if (!name.equals(member.name())) {
                relay.deleteMember(id);
            }
        });
    }

    @Override
    public List<Relay> relays() {
        return List.copyOf(relays.values());
    }

    @Override
    public void close() {
        List<AutoCloseable> all = new ArrayList<>(relays.values());
        all.add(namespaces);
        Closing.all(all);
    }

    private void startBeside(MemberUrls member, List<MemberUrls> all, List<String> more) {
        List<MemberUrls> others =
                all.stream().filter(other -> !other.equals(member)).toList();
        List<String> options = new ArrayList<>(List.of(
                "--initial-cluster=" + MemberUrls.named(all, MemberUrls::front),
                "--initial-cluster-token=" + token,
                "--local=" + member.name(),
                "--targets=" + member.name() + "=" + member.real(),
                "--listen-uplink=" + uplink(member),
                "--uplinks=" + MemberUrls.named(others, RelayEachWiring::uplink)));
        options.addAll(more);
        relays.put(
                member.name(),
                new Relay(member.host(), loopback(NODE), options, folder.resolve("relay-" + member.name())));
    }

    private static void tell(Relay relay, MemberUrls member, String id) {
        relay.putMember(id, member.name(), member.front(), "uplink", uplink(member));
    }

    private static URI uplink(MemberUrls member) {
        return URI.create("http://" + member.host().address() + ":" + UPLINK);
    }

    private URI nextFront() {
        return loopback(FIRST_FRONT + fronts++);
    }

    private static URI loopback(int port) {
        return URI.create("http://127.0.0.1:" + port);
    }
}
