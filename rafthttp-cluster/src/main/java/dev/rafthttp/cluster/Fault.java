package dev.rafthttp.cluster;

import java.util.Locale;

/** What is done to a member, and undone. */
enum Fault {
    /** SIGKILL to what has the data, which has to come back from its disk. */
    KILL_NODE(
            (cluster, member) -> cluster.docker().kill(member.node()),
            (cluster, member) -> cluster.docker().start(member.node())),

    /** SIGKILL to the member's way to the others. */
    KILL_SIDECAR(
            (cluster, member) -> cluster.docker().kill(member.sidecar()),
            (cluster, member) -> cluster.docker().start(member.sidecar())),

    /** SIGSTOP to the member's way to the others: connections stay, and nothing moves on them. */
    PAUSE_SIDECAR(
            (cluster, member) -> cluster.docker().suspend(member.sidecar()),
            (cluster, member) -> cluster.docker().resume(member.sidecar())),

    /** SIGSTOP to what has the data. */
    PAUSE_NODE(
            (cluster, member) -> cluster.docker().suspend(member.node()),
            (cluster, member) -> cluster.docker().resume(member.node())),

    /** The cable pulled: no connection is closed, and the address may be another afterwards. */
    CUT_NETWORK(
            (cluster, member) -> cluster.docker().disconnect(cluster.peers(), member.sidecar()),
            (cluster, member) -> cluster.docker().connect(cluster.peers(), member.sidecar(), member.sidecarService())),

    /** One direction cut: the member hears the others, and they do not hear it. */
    CUT_ONE_DIRECTION(
            (cluster, member) -> cluster.docker().muteTowards(cluster.peers(), member.sidecar()),
            (cluster, member) -> cluster.docker().unmuteTowards(cluster.peers(), member.sidecar())),

    /** An upgrade: SIGTERM and a new start, of the one and then of the other. It heals itself. */
    RESTART(
            (cluster, member) -> {
                cluster.docker().restart(member.sidecar());
                cluster.docker().restart(member.node());
            },
            (cluster, member) -> {});

    @SuppressWarnings("ImmutableEnumChecker") // Every one is a lambda that holds nothing.
    private final Act injection;

    @SuppressWarnings("ImmutableEnumChecker")
    private final Act healing;

    /** Something that is done to a member. */
    @FunctionalInterface
    private interface Act {
        void on(Cluster cluster, Member member);
    }

    Fault(Act injection, Act healing) {
        this.injection = injection;
        this.healing = healing;
    }

    void inject(Cluster cluster, Member member) {
        injection.on(cluster, member);
    }

    void heal(Cluster cluster, Member member) {
        healing.on(cluster, member);
    }

    /** Whether the member stays broken until it is healed. */
    boolean lasts() {
        return this != RESTART;
    }

    /** As users write it: {@code kill-node}. */
    String label() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
