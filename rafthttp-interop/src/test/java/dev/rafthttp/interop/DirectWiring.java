package dev.rafthttp.interop;

import dev.rafthttp.fixture.FreeUrls;
import java.net.URI;
import java.util.List;

/** Members that reach each other where they listen. */
final class DirectWiring implements Wiring {
    @Override
    public MemberUrls place(String name) {
        URI peer = FreeUrls.next();
        return new MemberUrls(name, Host.MACHINE, peer, peer, FreeUrls.next());
    }

    @Override
    public MemberUrls move(MemberUrls member) {
        URI peer = FreeUrls.next();
        return member.withFront(peer).withReal(peer);
    }

    @Override
    public void start(List<MemberUrls> members) {}

    @Override
    public void add(MemberUrls member, String id, String clusterId) {}

    @Override
    public void update(MemberUrls member, String id) {}

    @Override
    public void remove(MemberUrls member, String id) {}

    @Override
    public List<Relay> relays() {
        return List.of();
    }

    @Override
    public void close() {}
}
