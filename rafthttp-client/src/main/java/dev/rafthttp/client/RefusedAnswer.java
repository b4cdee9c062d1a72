package dev.rafthttp.client;

import dev.rafthttp.ClusterMismatchException;
import dev.rafthttp.FrameTooLargeException;
import dev.rafthttp.IncompatibleVersionException;
import dev.rafthttp.MemberId;
import dev.rafthttp.PeerUnreachableException;
import dev.rafthttp.Protocol;
import dev.rafthttp.RaftTransportException;
import dev.rafthttp.RemovedMemberException;
import dev.rafthttp.peer.Refusal;
import dev.rafthttp.peer.Refusal.Asked;
import dev.rafthttp.runtime.Failures;
import dev.rafthttp.runtime.LogText;
import java.net.URI;
import org.eclipse.jetty.client.Response;
import org.eclipse.jetty.client.Result;
import org.eclipse.jetty.http.HttpStatus;

/** Turns a peer's refusal into the error that it stands for, by the table of {@link Refusal}. */
final class RefusedAnswer {
    private static final int SHOWN_CHARACTERS = 200;

    private RefusedAnswer() {}

    /**
     * @param body the text of the answer, possibly empty
     * @param clusterId the peer's {@code X-Etcd-Cluster-ID}, or empty
     */
    static RaftTransportException of(Asked asked, MemberId peer, URI url, int status, String body, String clusterId) {
        String who = "peer " + peer + " at " + url;
        String text = body.strip();
        return switch (Refusal.meaning(asked, status, text)) {
            case REMOVED ->
                new RemovedMemberException(
                        peer, who + " says that this member has been removed from the cluster (" + status + ")");
            case INCOMPATIBLE_VERSION ->
                new IncompatibleVersionException(who + " does not work with this member's version");
            case OTHER_CLUSTER ->
                new ClusterMismatchException(
                        who + " belongs to another cluster" + (clusterId.isEmpty() ? "" : ", " + shortened(clusterId)));
            case OTHER_MEMBER -> new ClusterMismatchException(who + " is another member than the one that was dialled");
            case OTHER_DIALECT ->
                new IncompatibleVersionException(
                        who + " has this member configured with the other dialect, and does not take its streams");
            case TOO_LARGE -> new FrameTooLargeException(who + " does not take a message of this size (413)");
            case UNREACHABLE ->
                new PeerUnreachableException(who + " answered " + status + " \"" + shortened(text) + "\"");
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

    private static String shortened(String text) {
        String line = LogText.oneLine(text);
        return line.length() <= SHOWN_CHARACTERS ? line : line.substring(0, SHOWN_CHARACTERS) + "…";
    }
}
