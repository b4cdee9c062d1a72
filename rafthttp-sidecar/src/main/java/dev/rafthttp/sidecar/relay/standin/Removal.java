package dev.rafthttp.sidecar.relay.standin;

import dev.rafthttp.MemberId;
import dev.rafthttp.RemovedMemberException;
import java.time.Instant;
import java.util.Optional;

/**
 * A member that the relay treats as removed: all its requests are refused until the member is put again.
 *
 * @param toldBy the member that said so; empty if the relay's API did
 * @param since when
 * @param reason for people
 */
public record Removal(MemberId member, Optional<MemberId> toldBy, Instant since, String reason) {

    /** By the API, in this run or an earlier one. */
    static Removal byApi(MemberId member) {
        return new Removal(member, Optional.empty(), Instant.now(), "DELETE /v1/members/" + member);
    }

    static Removal told(MemberId member, RemovedMemberException cause) {
        return new Removal(member, Optional.of(cause.toldBy()), Instant.now(), cause.getMessage());
    }
}
