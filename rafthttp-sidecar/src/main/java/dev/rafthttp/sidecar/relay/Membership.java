package dev.rafthttp.sidecar.relay;

import dev.rafthttp.MemberId;
import dev.rafthttp.options.LogNames;
import dev.rafthttp.options.Places;
import dev.rafthttp.sidecar.http.CannotListenException;
import dev.rafthttp.sidecar.relay.standin.RelayMember;
import dev.rafthttp.sidecar.relay.standin.StandIns;
import dev.rafthttp.sidecar.relay.standin.Topology;
import dev.rafthttp.sidecar.state.ChangesFile;
import dev.rafthttp.sidecar.state.StateFileException;
import java.net.URI;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The members: at first those of the options, with the changes that were made at run time and kept on disk; later those that the
 * API sets.
 *
 * <p>One change at a time is made, under this object's lock, which is held while names are looked up, stand-ins change and the file
 * is written. Readers take no lock: they see the members either before a change or after it.
 */
final class Membership {
    private final LogNames names;
    private final Topology topology;
    private final URI api;
    private final ChangesFile<RelayMember> file;
    private final StandIns standIns;
    private final ChangesFile.Changes<RelayMember> changes;

    /** Never changed, but replaced. */
    private volatile Map<MemberId, RelayMember> members;

    /**
     * @param names gets what members are called
     * @throws StateFileException if there is a file of members that cannot be read
     */
    Membership(LogNames names, RelayOptions options, ChangesFile<RelayMember> file, StandIns standIns) {
        this.names = names;
        this.topology = options.topology();
        this.api = options.listenNode();
        this.file = file;
        this.standIns = standIns;
        this.changes = file.read();
        Map<MemberId, RelayMember> all = new LinkedHashMap<>();
        options.members().forEach(member -> all.put(member.id(), member));
        all.putAll(changes.put());
        all.keySet().removeAll(changes.removed());
        this.members = all;
        all.values().forEach(member -> names.put(member.id(), member.name()));
    }

    /** Starts the stand-ins. */
    synchronized void start() {
        // Before any front listens.
        changes.removed().forEach(standIns::remove);
        standIns.start(members.values());
    }

    List<RelayMember> all() {
        return List.copyOf(members.values());
    }

    Optional<RelayMember> find(MemberId id) {
        return Optional.ofNullable(members.get(id));
    }

    /**
     * Adds a member, or moves it.
     *
     * @throws IllegalArgumentException if its name or a URL is another member's, or a next hop would be this relay itself
     * @throws CannotListenException if a front cannot be bound; nothing has changed then
     * @throws StateFileException if it cannot be kept; it has changed until the relay ends
     */
    synchronized void put(RelayMember member) {
        for (RelayMember other : members.values()) {
            if (!other.id().equals(member.id())) {
                checkDistinct(member, other);
            }
        }
        checkLeadsElsewhere(member);
        names.put(member.id(), member.name());
        standIns.put(member);
        Map<MemberId, RelayMember> all = new LinkedHashMap<>(members);
        all.put(member.id(), member);
        members = all;
        changes.put(member.id(), member);
        file.write(changes);
    }

    private void checkDistinct(RelayMember member, RelayMember other) {
        if (other.name().equals(member.name())) {
            throw new IllegalArgumentException(
                    "name \"" + member.name() + "\": expected one that member " + other.id() + " does not have");
        }
        for (URI url : topology.listens(other)) {
            if (topology.listens(member).contains(url)) {
                throw new IllegalArgumentException(
                        "URL \"" + url + "\": expected one where the relay does not stand in for" + " member "
                                + other.id() + " (" + other.name() + ")");
            }
        }
    }

    /** Refuses a next hop at which the relay itself listens, even if the URL is written differently. */
    private void checkLeadsElsewhere(RelayMember member) {
        List<URI> fronts = topology.listens(member);
        checkLeadsElsewhere(member, fronts);
        checkLeadsElsewhere(member, List.of(api));
        for (RelayMember other : members.values()) {
            if (!other.id().equals(member.id())) {
                checkLeadsElsewhere(member, topology.listens(other));
                checkLeadsElsewhere(other, fronts);
            }
        }
    }

    private void checkLeadsElsewhere(RelayMember member, List<URI> listeners) {
        for (URI listener : listeners) {
            if (Places.reaches(member.nextHop(), listener)) {
                throw new IllegalArgumentException(topology.nextHopName(member.id()) + " \"" + member.nextHop()
                        + "\" of member " + member.id()
                        + ": expected a URL where the relay does not listen, as it does at "
                        + listener);
            }
        }
    }

    /**
     * Removes a member, whether or not there is one; it is refused from then on.
     *
     * @throws StateFileException if that cannot be kept; it is removed until the relay ends
     */
    synchronized void remove(MemberId id) {
        Map<MemberId, RelayMember> all = new LinkedHashMap<>(members);
        all.remove(id);
        members = all;
        standIns.remove(id);
        changes.remove(id);
        file.write(changes);
    }
}
