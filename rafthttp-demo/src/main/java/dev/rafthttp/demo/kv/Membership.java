package dev.rafthttp.demo.kv;

import dev.rafthttp.ClusterId;
import dev.rafthttp.MemberId;
import dev.rafthttp.TransportConfig;
import java.net.URI;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Who the members of a cluster are, and where their transports listen.
 *
 * @param cluster the cluster
 * @param urls each member's peer URL
 */
record Membership(ClusterId cluster, SortedMap<MemberId, URI> urls) {

    Membership {
        urls = Collections.unmodifiableSortedMap(new TreeMap<>(urls));
    }

    /** The members without their URLs, as Raft knows them. */
    RaftGroup group() {
        return RaftGroup.of(cluster, urls.keySet());
    }

    /** Where the others' transports listen. */
    SortedMap<MemberId, URI> peersOf(MemberId member) {
        SortedMap<MemberId, URI> peers = new TreeMap<>(urls);
        peers.remove(member);
        return peers;
    }

    /** What a member's transport is told. */
    TransportConfig transportConfig(MemberId member) {
        return TransportConfig.builder(member, cluster)
                .peerUrls(List.of(url(member)))
                .build();
    }

    URI url(MemberId member) {
        URI url = urls.get(member);
        if (url == null) {
            throw new IllegalArgumentException("member " + member + " is not one of " + urls.keySet());
        }
        return url;
    }
}
