package dev.rafthttp.client;

import dev.rafthttp.Protocol;
import dev.rafthttp.TransportConfig;
import java.net.URI;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.eclipse.jetty.http.HttpFields;

/** Adds the headers that name this member to every request. Immutable. */
final class RequestHeaders implements Consumer<HttpFields.Mutable> {
    private final String from;
    private final String version;
    private final String minVersion;
    private final String cluster;
    private final String urls;
    private final String instance;

    /** @param instance distinguishes this process from another process with the same member ID */
    RequestHeaders(TransportConfig config, UUID instance) {
        from = config.memberId().toString();
        version = config.serverVersion().toString();
        minVersion = config.minClusterVersion().toString();
        cluster = config.clusterId().toString();
        urls = config.peerUrls().stream().map(URI::toString).collect(Collectors.joining(","));
        this.instance = instance.toString();
    }

    @Override
    public void accept(HttpFields.Mutable headers) {
        headers.put(Protocol.SERVER_FROM, from);
        headers.put(Protocol.SERVER_VERSION, version);
        headers.put(Protocol.MIN_CLUSTER_VERSION, minVersion);
        headers.put(Protocol.CLUSTER_ID, cluster);
        // WIRE: not of etcd's protocol. etcd members ignore headers that they do not know.
        headers.put(Protocol.INSTANCE, instance);
        if (!urls.isEmpty()) {
            headers.put(Protocol.PEER_URLS, urls);
        }
    }
}
