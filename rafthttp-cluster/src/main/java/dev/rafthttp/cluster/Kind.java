package dev.rafthttp.cluster;

import java.net.URI;
import java.util.Locale;

/** Which of the compose files, and what its services are called there. */
enum Kind {
    /** The demo's key-value nodes, each with a sidecar. */
    KV("docker-compose.yml", "node", "sidecar") {
        @Override
        Store store(Http http, int member) {
            return new KvNodeStore(http, URI.create("http://127.0.0.1:" + (8_081 + member)));
        }
    },

    /** Unmodified etcd members, each with a relay. */
    ETCD("docker-compose.etcd.yml", "etcd", "relay") {
        @Override
        Store store(Http http, int member) {
            return new EtcdStore(http, URI.create("http://127.0.0.1:" + (12_379 + 10_000 * member)));
        }
    };

    private final String file;
    private final String node;
    private final String sidecar;

    Kind(String file, String node, String sidecar) {
        this.file = file;
        this.node = node;
        this.sidecar = sidecar;
    }

    /** The compose file's name. */
    String file() {
        return file;
    }

    /** The service that has a member's data. */
    String node(String member) {
        return node + "-" + member;
    }

    /** The service that is a member's way to the others. */
    String sidecar(String member) {
        return sidecar + "-" + member;
    }

    /** As users write it: {@code kv}. */
    String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    /**
     * A client of a member.
     *
     * @param member its number, from 0
     */
    abstract Store store(Http http, int member);
}
