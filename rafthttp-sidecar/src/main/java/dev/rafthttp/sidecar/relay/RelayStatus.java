package dev.rafthttp.sidecar.relay;

import dev.rafthttp.ClusterId;
import dev.rafthttp.MemberId;
import dev.rafthttp.raftpb.MessageType;
import dev.rafthttp.sidecar.json.PeerDocument;
import dev.rafthttp.sidecar.relay.standin.Direction;
import dev.rafthttp.sidecar.relay.standin.DirectionCounts;
import dev.rafthttp.sidecar.relay.standin.Removal;
import dev.rafthttp.sidecar.relay.standin.StandIn;
import dev.rafthttp.sidecar.relay.standin.StandIns;
import dev.rafthttp.sidecar.relay.standin.Topology;
import dev.rafthttp.sidecar.relay.standin.Traffic;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToLongFunction;

/** Asks all parts of a relay for what {@code GET /v1/status} tells. Any thread. */
final class RelayStatus {
    private final Topology topology;
    private final Membership membership;
    private final StandIns standIns;
    private final Traffic traffic;
    private final String run;

    /**
     * The answer.
     *
     * @param form {@code alone} or {@code uplink}
     * @param decodeErrors of all directions, and {@code corrupt} too
     * @param refused requests to the API, by the status of the answer
     * @param others messages between no two members
     */
    private record Document(
            ClusterId cluster,
            String form,
            Optional<MemberId> local,
            String run,
            List<MemberDocument> members,
            List<Removal> removed,
            long decodeErrors,
            long corrupt,
            Map<Integer, Long> refused,
            List<Counts> directions,
            Counts others,
            List<OneStandIn> standIns) {}

    /** What was counted in one direction. */
    private record Counts(
            Optional<MemberId> from,
            Optional<MemberId> to,
            long decodeErrors,
            long corrupt,
            long inDoubt,
            Map<MessageType, DirectionCounts.TypeCounts> types) {
        static Counts of(Optional<Direction> direction, DirectionCounts counts) {
            return new Counts(
                    direction.map(Direction::from),
                    direction.map(Direction::to),
                    counts.undecodableSum(),
                    counts.corruptSum(),
                    counts.inDoubtSum(),
                    counts.types());
        }
    }

    private record OneStandIn(MemberId member, String name, List<PeerDocument> peers) {
        static OneStandIn of(StandIn standIn) {
            return new OneStandIn(
                    standIn.member().id(),
                    standIn.member().name(),
                    standIn.status().peers().stream()
                            .map(peer -> PeerDocument.of(peer, Optional.empty()))
                            .toList());
        }
    }

    /** @param run the ID of this run, as its events have it */
    RelayStatus(Topology topology, Membership membership, StandIns standIns, Traffic traffic, String run) {
        this.topology = topology;
        this.membership = membership;
        this.standIns = standIns;
        this.traffic = traffic;
        this.run = run;
    }

    /**
     * Everything now, as a document.
     *
     * @param refused requests to the API, by the status of the answer
     */
    Object whole(Map<Integer, Long> refused) {
        List<Counts> directions = traffic.directions().entrySet().stream()
                .map(each -> Counts.of(Optional.of(each.getKey()), each.getValue()))
                .toList();
        Counts others = Counts.of(Optional.empty(), traffic.others());
        return new Document(
                topology.cluster(),
                topology.local().isPresent() ? "uplink" : "alone",
                topology.local(),
                run,
                membership.all().stream()
                        .map(member -> MemberDocument.of(member, topology))
                        .toList(),
                standIns.removed(),
                sum(directions, others, Counts::decodeErrors),
                sum(directions, others, Counts::corrupt),
                refused,
                directions,
                others,
                standIns.all().stream().map(OneStandIn::of).toList());
    }

    private static long sum(List<Counts> directions, Counts others, ToLongFunction<Counts> count) {
        return count.applyAsLong(others) + directions.stream().mapToLong(count).sum();
    }
}
