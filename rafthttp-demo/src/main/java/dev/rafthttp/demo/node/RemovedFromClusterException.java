package dev.rafthttp.demo.node;

import dev.rafthttp.MemberId;
import dev.rafthttp.RemovedMemberException;
import dev.rafthttp.options.CannotRunException;

/** A member is no longer one of its cluster, and ends: to start it again is of no use. */
final class RemovedFromClusterException extends CannotRunException {
    /** The process's exit status. */
    static final int EXIT_STATUS = 3;

    RemovedFromClusterException(MemberId member, RemovedMemberException why) {
        super("member " + member + " was removed from its cluster: " + why.getMessage(), why);
    }
}
