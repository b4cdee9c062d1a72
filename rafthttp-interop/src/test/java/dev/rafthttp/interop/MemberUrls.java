package dev.rafthttp.interop;

import java.net.URI;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Where a member is.
 *
 * @param front the advertised peer URL, where the other members think it is
 * @param real the peer URL it listens at; without a relay the same
 * @param client where its clients reach it
 */
record MemberUrls(String name, Host host, URI front, URI real, URI client) {
    /** {@code NAME=URL,NAME=URL}, as etcd and the relay take it. */
    static String named(List<MemberUrls> members, Function<MemberUrls, URI> url) {
        return members.stream()
                .map(member -> member.name() + "=" + url.apply(member))
                .collect(Collectors.joining(","));
    }

    /** The same member behind another front; it listens where it did. */
    MemberUrls withFront(URI moved) {
        return new MemberUrls(name, host, moved, real, client);
    }

    MemberUrls withReal(URI moved) {
        return new MemberUrls(name, host, front, moved, client);
    }
}
