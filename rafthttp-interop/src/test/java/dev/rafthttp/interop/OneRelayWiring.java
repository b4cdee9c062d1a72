package dev.rafthttp.interop;

import dev.rafthttp.fixture.FreeUrls;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** One relay in front of all members of this machine. */
final class OneRelayWiring implements Wiring {
    private final String token;
    private final Path folder;
    private final List<Relay> relays = new ArrayList<>();

    OneRelayWiring(String token, Path folder) {
        this.token = token;
        this.folder = folder;
    }

    @Override
    public MemberUrls place(String name) {
        return new MemberUrls(name, Host.MACHINE, FreeUrls.next(), FreeUrls.next(), FreeUrls.next());
    }

    @Override
    public MemberUrls move(MemberUrls member) {
        return member.withFront(FreeUrls.next());
    }

    @Override
    public void start(List<MemberUrls> members) {
        URI node = FreeUrls.next();
        relays.add(new Relay(
                Host.MACHINE,
                node,
                List.of(
                        "--initial-cluster=" + MemberUrls.named(members, MemberUrls::front),
                        "--initial-cluster-token=" + token,
                        "--targets=" + MemberUrls.named(members, MemberUrls::real)),
                folder.resolve("relay")));
    }

    @Override
    public void add(MemberUrls member, String id, String clusterId) {
        tell(member, id);
    }

    @Override
    public void update(MemberUrls member, String id) {
        tell(member, id);
    }

    @Override
    public void remove(MemberUrls member, String id) {
        relays.get(0).deleteMember(id);
    }

    @Override
    public List<Relay> relays() {
        return List.copyOf(relays);
    }

    @Override
    public void close() {
        Closing.all(relays);
    }

    private void tell(MemberUrls member, String id) {
        relays.get(0).putMember(id, member.name(), member.front(), "target", member.real());
    }
}
