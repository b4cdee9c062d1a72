package dev.rafthttp.demo.node;

import dev.rafthttp.MemberId;
import dev.rafthttp.demo.kv.RaftGroup;
import java.net.URI;
import java.nio.file.Path;
import java.util.Map;

/**
 * The options of the command, checked.
 *
 * @param name of the member
 * @param member its ID
 * @param group all members
 * @param sidecar where the member's sidecar is, {@code http://HOST:PORT} or {@code unix:/PATH}
 * @param dataDir where its disk is
 * @param listenKv where to serve its keys
 * @param kvUrls where clients reach each member's keys
 */
record NodeOptions(
        String name,
        MemberId member,
        RaftGroup group,
        URI sidecar,
        Path dataDir,
        URI listenKv,
        Map<MemberId, URI> kvUrls) {

    NodeOptions {
        kvUrls = Map.copyOf(kvUrls);
    }
}
