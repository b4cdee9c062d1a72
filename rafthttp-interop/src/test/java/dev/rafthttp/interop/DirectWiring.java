package dev.rafthttp.interop;

import java.net.URI;
import java.util.List;

/** Members that reach each other where they listen. */
final class DirectWiring implements Wiring {
    private final Ports ports = new Ports();

    @Override
    public MemberUrls place(String name) {
        URI peer = ports.nextUrl();
        return new MemberUrls(name, Host.MACHINE, peer, peer, ports.nextUrl());
    }

    @Override
    public MemberUrls move(MemberUrls member) {
        URI peer = ports.nextUrl();
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
