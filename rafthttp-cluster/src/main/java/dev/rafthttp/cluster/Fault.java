package dev.rafthttp.cluster;

import java.util.Locale;

/** What is done to a member, and undone. */
enum Fault {
    /** SIGKILL to what has the data, which has to come back from its disk. */
    KILL_NODE {
        @Override
        void inject(Cluster cluster, Member member) {
            cluster.docker().kill(member.node());
        }

        @Override
        void heal(Cluster cluster, Member member) {
            cluster.docker().start(member.node());
        }
    },

    /** SIGKILL to the member's way to the others. */
    KILL_SIDECAR {
        @Override
        void inject(Cluster cluster, Member member) {
            cluster.docker().kill(member.sidecar());
        }

        @Override
        void heal(Cluster cluster, Member member) {
            cluster.docker().start(member.sidecar());
        }
    },

    /** SIGSTOP to the member's way to the others: connections stay, and nothing moves on them. */
    PAUSE_SIDECAR {
        @Override
        void inject(Cluster cluster, Member member) {
            cluster.docker().suspend(member.sidecar());
        }

        @Override
        void heal(Cluster cluster, Member member) {
            cluster.docker().resume(member.sidecar());
        }
    },

    /** SIGSTOP to what has the data. */
    PAUSE_NODE {
        @Override
        void inject(Cluster cluster, Member member) {
            cluster.docker().suspend(member.node());
        }

        @Override
        void heal(Cluster cluster, Member member) {
            cluster.docker().resume(member.node());
        }
    },

    /** The cable pulled: no connection is closed, and the address may be another afterwards. */
    CUT_NETWORK {
        @Override
        void inject(Cluster cluster, Member member) {
            cluster.docker().disconnect(cluster.peers(), member.sidecar());
        }

        @Override
        void heal(Cluster cluster, Member member) {
            cluster.docker().connect(cluster.peers(), member.sidecar(), member.sidecarService());
        }
    },

    /** One direction cut: the member hears the others, and they do not hear it. */
    CUT_ONE_DIRECTION {
        @Override
        void inject(Cluster cluster, Member member) {
            cluster.docker().muteTowards(cluster.peers(), member.sidecar());
        }

        @Override
        void heal(Cluster cluster, Member member) {
            cluster.docker().unmuteTowards(cluster.peers(), member.sidecar());
        }
    },

    /** An upgrade: SIGTERM and a new start, of the one and then of the other. */
    RESTART {
        @Override
        void inject(Cluster cluster, Member member) {
            cluster.docker().restart(member.sidecar());
            cluster.docker().restart(member.node());
        }

        @Override
        void heal(Cluster cluster, Member member) {
            // It has healed itself.
        }

        @Override
        boolean lasts() {
            return false;
        }
    };

    abstract void inject(Cluster cluster, Member member);

    abstract void heal(Cluster cluster, Member member);

    /** Whether the member stays broken until it is healed. */
    boolean lasts() {
        return true;
    }

    /** As users write it: {@code kill-node}. */
    String label() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
