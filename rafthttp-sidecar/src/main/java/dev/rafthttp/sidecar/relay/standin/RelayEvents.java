package dev.rafthttp.sidecar.relay.standin;

import dev.rafthttp.MemberId;
import dev.rafthttp.Protocol;
import dev.rafthttp.StreamType;
import dev.rafthttp.sidecar.events.EventLog;
import dev.rafthttp.sidecar.events.Repeated;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * The events of a relay: which lanes between which members are attached, which members there are, and what is refused. Things that
 * repeat for as long as an outage lasts are told at most once per {@link #TOLD_EVERY} and subject, and have rooms of their own.
 *
 * <p>Any thread; does not block.
 */
public final class RelayEvents implements Coupling.Listener {
    /** Often enough for people, and rare enough for an outage of hours. */
    static final Duration TOLD_EVERY = Duration.ofSeconds(10);

    private final Topology topology;
    private final Repeated.Later later;
    private final EventLog.Room members;
    private final EventLog.Room lanes;
    private final Repeated<Dial, String> dials;
    private final Repeated<Refusal, String> refusals;

    private record Member(MemberId member, String name, List<URI> front, Optional<URI> target, Optional<URI> uplink) {}

    private record MemberRemoved(MemberId member, Optional<MemberId> toldBy, String reason) {}

    private record LaneAttached(MemberId from, MemberId to, String lane) {}

    private record LaneDetached(MemberId from, MemberId to, String lane, String reason) {}

    /** A dial of the relay's: which lane, of which stand-in, to which member's next hop. */
    private record Dial(MemberId member, String nextHop, MemberId standIn, StreamType type) {}

    private record DialFailed(
            MemberId member, String nextHop, MemberId standIn, String lane, String reason, long dials, long total) {}

    /** Requests that were refused. */
    private record Refusal(
            MemberId front, Optional<MemberId> from, RequestKind request, int status, boolean isContest) {}

    private record RequestRefused(
            MemberId front,
            Optional<MemberId> from,
            String request,
            int status,
            String reason,
            long requests,
            long total) {}

    /** What a request to a front is for. */
    enum RequestKind {
        STREAM,
        POST,
        SNAPSHOT;

        private String label() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /**
     * @param log gets the events
     * @param later tells of what repeats
     */
    public RelayEvents(EventLog log, Topology topology, Repeated.Later later) {
        this.topology = topology;
        this.later = later;
        members = log.keepingAll();
        lanes = log.keepingAll();
        EventLog.Room failures = log.keepingNewest();
        EventLog.Room refused = log.keepingNewest();
        dials = new Repeated<>(
                TOLD_EVERY.toMillis(),
                (dial, count, total, reason) -> failures.add(
                        "dial-failed",
                        dial.toString(),
                        new DialFailed(
                                dial.member(),
                                dial.nextHop(),
                                dial.standIn(),
                                dial.type().label(),
                                reason,
                                count,
                                total)));
        refusals = new Repeated<>(
                TOLD_EVERY.toMillis(),
                (refusal, count, total, reason) -> refused.add(
                        refusal.isContest() ? "member-contested" : "request-refused",
                        refusal.toString(),
                        new RequestRefused(
                                refusal.front(),
                                refusal.from(),
                                refusal.request().label(),
                                refusal.status(),
                                reason,
                                count,
                                total)));
    }

    /** A member was added, or has another front or next hop. */
    void memberPut(RelayMember member, boolean isNew) {
        Optional<URI> nextHop = Optional.of(member.nextHop());
        boolean isDirect = topology.isDirect(member.id());
        members.add(
                isNew ? "member-added" : "member-updated",
                new Member(
                        member.id(),
                        member.name(),
                        member.fronts(),
                        nextHop.filter(url -> isDirect),
                        nextHop.filter(url -> !isDirect)));
    }

    /** A member is held for removed from now on. */
    void memberRemoved(Removal removal) {
        members.add("member-removed", new MemberRemoved(removal.member(), removal.toldBy(), removal.reason()));
    }

    @Override
    public void attached(Link link) {
        lanes.add(
                "lane-attached",
                new LaneAttached(link.from(), link.to(), link.type().label()));
    }

    @Override
    public void detached(Link link, Throwable cause) {
        lanes.add(
                "lane-detached",
                new LaneDetached(link.from(), link.to(), link.type().label(), String.valueOf(cause.getMessage())));
    }

    /** A stream that a stand-in dialled at a member's next hop was not accepted. */
    void dialFailed(MemberId member, MemberId standIn, StreamType type, Throwable cause) {
        dials.add(
                new Dial(member, topology.nextHopName(member), standIn, type),
                String.valueOf(cause.getMessage()),
                later);
    }

    /**
     * A request to a front was answered with a refusal, by the relay or by the member behind it.
     *
     * @param from the member that asked, if the relay knows it
     */
    void requestRefused(MemberId front, Optional<MemberId> from, RequestKind request, int status, String reason) {
        boolean isContest = reason.startsWith(Protocol.MEMBER_CONTESTED);
        refusals.add(new Refusal(front, from, request, status, isContest), reason, later);
    }
}
