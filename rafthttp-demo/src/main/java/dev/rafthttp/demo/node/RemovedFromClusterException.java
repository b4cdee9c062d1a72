package dev.rafthttp.demo.node;

import dev.rafthttp.MemberId;
import dev.rafthttp.RemovedMemberException;
import dev.rafthttp.options.CannotRunException;

/** A member is no longer in its cluster, and ends. It must not be started again. */
final class RemovedFromClusterException extends CannotRunException {
    /** The process's exit status. */
    static final int EXIT_STATUS = 3;

    RemovedFromClusterException(MemberId member, RemovedMemberException why) {
        super("member " + member + " was removed from its cluster: " + why.getMessage(), why);
    }
}
