package dev.rafthttp;

/**
 * This member has been removed from the cluster, as a peer says, and must stop. Said by 410 on a stream, or by 403 with
 * {@link Protocol#POST_FROM_REMOVED_MEMBER} on a post; the same status in other words, or elsewhere, is a proxy's.
 */
public final class RemovedMemberException extends RaftTransportException {
    private final transient MemberId toldBy;

    /** @param toldBy the member that says so */
    public RemovedMemberException(MemberId toldBy, String message) {
        super(message);
        this.toldBy = toldBy;
    }

    /** The member that says so. */
    public MemberId toldBy() {
        return toldBy;
    }

    @Override
    public boolean isPermanent() {
        return true;
    }
}
