package dev.rafthttp.client;

import dev.rafthttp.ClusterMismatchException;
import dev.rafthttp.FrameTooLargeException;
import dev.rafthttp.IncompatibleVersionException;
import dev.rafthttp.MemberId;
import dev.rafthttp.PeerUnreachableException;
import dev.rafthttp.Protocol;
import dev.rafthttp.RaftTransportException;
import dev.rafthttp.RemovedMemberException;
import dev.rafthttp.runtime.Failures;
import dev.rafthttp.runtime.LogText;
import java.net.URI;
import org.eclipse.jetty.client.Response;
import org.eclipse.jetty.client.Result;
import org.eclipse.jetty.http.HttpStatus;

/**
 * Turns a peer's refusal into the error that it stands for.
 *
 * <p>WIRE: a removal is 410 on a stream, and 403 with one body on a post. A proxy before the peer may answer with the
 * same status for its own reasons. Such an answer must not count as a removal, because that stops the member for good.
 */
final class Refusal {
    private static final int SHOWN_CHARACTERS = 200;

    private Refusal() {}

    /** What was asked for. The same answer has different meanings to the two. */
    enum Asked {
        STREAM {
            @Override
            boolean isRemoval(int status, String text) {
                return status == HttpStatus.GONE_410;
            }
        },
        POST {
            @Override
            boolean isRemoval(int status, String text) {
                return status == HttpStatus.FORBIDDEN_403 && text.equals(Protocol.POST_FROM_REMOVED_MEMBER);
            }
        };

        /** @param text of the answer, without white space around it */
        abstract boolean isRemoval(int status, String text);
    }

    /**
     * @param body the text of the answer, possibly empty
     * @param clusterId the peer's {@code X-Etcd-Cluster-ID}, or empty
     */
    static RaftTransportException of(Asked asked, MemberId peer, URI url, int status, String body, String clusterId) {
        String who = "peer " + peer + " at " + url;
        String text = body.strip();
        if (asked.isRemoval(status, text)) {
            return new RemovedMemberException(
                    peer, who + " says that this member has been removed from the cluster (" + status + ")");
        }
        return switch (status) {
            case HttpStatus.PRECONDITION_FAILED_412 -> precondition(who, text, clusterId);
            case HttpStatus.PAYLOAD_TOO_LARGE_413 ->
                new FrameTooLargeException(who + " does not take a message of this size (413)");
            default -> new PeerUnreachableException(who + " answered " + status + " \"" + shortened(text) + "\"");
        };
    }

    /** @param body the text of the answer, possibly empty */
    static RaftTransportException ofPost(MemberId peer, URI url, Response response, String body) {
        return of(Asked.POST, peer, url, response.getStatus(), body, cluster(response));
    }

    /** @param body the text of the answer, possibly empty */
    static RaftTransportException ofStream(MemberId peer, URI url, Response response, String body) {
        return of(Asked.STREAM, peer, url, response.getStatus(), body, cluster(response));
    }

    private static String cluster(Response response) {
        String cluster = response.getHeaders().get(Protocol.CLUSTER_ID);
        return cluster == null ? "" : cluster;
    }

    /** Why a stream was not accepted, with or without an answer. */
    static RaftTransportException ofStream(MemberId peer, URI url, Result result, AnswerText body) {
        Response response = result.getResponse();
        if (response != null && response.getStatus() != 0 && response.getStatus() != HttpStatus.OK_200) {
            return ofStream(peer, url, response, body.toString());
        }
        Throwable failure = result.getFailure();
        return new PeerUnreachableException(
                "peer " + peer + " cannot be reached at " + url + ": " + Failures.brief(failure), failure);
    }

    private static RaftTransportException precondition(String who, String body, String clusterId) {
        // WIRE: only the body tells which precondition failed.
        return switch (body) {
            case Protocol.INCOMPATIBLE_VERSION ->
                new IncompatibleVersionException(who + " does not work with this member's version");
            case Protocol.CLUSTER_ID_MISMATCH ->
                new ClusterMismatchException(
                        who + " belongs to another cluster" + (clusterId.isEmpty() ? "" : ", " + shortened(clusterId)));
            case Protocol.TO_FIELD_MISMATCH ->
                new ClusterMismatchException(who + " is another member than the one that was dialled");
            default -> new PeerUnreachableException(who + " answered 412 \"" + shortened(body) + "\"");
        };
    }

    private static String shortened(String text) {
        String line = LogText.oneLine(text);
        return line.length() <= SHOWN_CHARACTERS ? line : line.substring(0, SHOWN_CHARACTERS) + "…";
    }
}
