package dev.rafthttp.cluster;

/**
 * One member of a cluster, as containers.
 *
 * @param name as the compose file has it
 * @param node the container of what has the data: a key-value node, or etcd
 * @param sidecar the container of its way to the others: a sidecar, or a relay
 * @param sidecarService under which name the others know that
 * @param store answers clients
 */
record Member(String name, String node, String sidecar, String sidecarService, Store store) {

    @Override
    public String toString() {
        return name;
    }
}
