package dev.rafthttp.interop;

import java.nio.file.Path;
import java.util.List;

/** What stands between the members of a cluster, and where the members therefore are. */
interface Wiring extends AutoCloseable {
    /** The ways to wire a cluster. */
    enum Form {
        /** Nothing between the members: the reference. */
        DIRECT {
            @Override
            Wiring open(String token, Path folder) {
                return new DirectWiring();
            }
        },
        /** One relay in front of all members. */
        ONE_RELAY {
            @Override
            Wiring open(String token, Path folder) {
                return new OneRelayWiring(token, folder);
            }
        },
        /** A relay beside each member, each pair on a host of its own. */
        RELAY_EACH {
            @Override
            Wiring open(String token, Path folder) {
                return new RelayEachWiring(token, folder);
            }
        };

        /** @param token the cluster's, of which the member IDs are made */
        abstract Wiring open(String token, Path folder);
    }

    /** Says where a new member shall be; nothing is started yet. */
    MemberUrls place(String name);

    /** Another front for a member. */
    MemberUrls move(MemberUrls member);

    /** Starts what stands between these, the members a cluster begins with. */
    void start(List<MemberUrls> members);

    /** Lets a member in that the running cluster has added. */
    void add(MemberUrls member, String id, String clusterId);

    /** Moves a member's front to where {@code member} says. */
    void update(MemberUrls member, String id);

    /** Shuts a member out that the running cluster has removed. */
    void remove(MemberUrls member, String id);

    /** The relays, none if the members are wired directly. */
    List<Relay> relays();

    @Override
    void close();
}
