package dev.rafthttp.sidecar.relay;

import dev.rafthttp.ClusterId;
import dev.rafthttp.HeapLimits;
import dev.rafthttp.MemberId;
import dev.rafthttp.fixture.FreeUrls;
import dev.rafthttp.sidecar.relay.standin.RelayMember;
import dev.rafthttp.sidecar.relay.standin.Topology;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** What tests put relays together from. */
public final class Relays {
    public static final ClusterId CLUSTER = ClusterId.parse("cafe");
    public static final MemberId A = MemberId.parse("a");
    public static final MemberId B = MemberId.parse("b");
    public static final MemberId C = MemberId.parse("c");

    private Relays() {}

    static URI freeUrl() {
        return FreeUrls.next();
    }

    public static Topology alone() {
        return new Topology(CLUSTER, Optional.empty(), Optional.empty());
    }

    public static RelayMember member(MemberId id, URI front, URI nextHop) {
        return new RelayMember(id, "member-" + id, List.of(front), nextHop);
    }

    static RelayOptions options(RelayMember... members) {
        return options(HeapLimits.OF_JVM, members);
    }

    static RelayOptions options(HeapLimits limits, RelayMember... members) {
        return new RelayOptions(
                alone(), List.of(members), freeUrl(), Optional.empty(), Duration.ofSeconds(2), newFolder(), limits);
    }

    private static Path newFolder() {
        try {
            return Files.createTempDirectory(Path.of("target"), "relay-");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
