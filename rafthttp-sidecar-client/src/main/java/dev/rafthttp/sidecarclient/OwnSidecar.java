package dev.rafthttp.sidecarclient;

import dev.rafthttp.ClusterId;
import dev.rafthttp.MemberId;
import java.io.IOException;
import org.eclipse.jetty.client.ContentResponse;
import org.eclipse.jetty.http.HttpMethod;
import org.eclipse.jetty.http.HttpStatus;

/**
 * The sidecar of one member, and how to reach it. Thread-safe.
 *
 * @param member that the sidecar must be
 * @param cluster of that member
 */
record OwnSidecar(SidecarHttp http, MemberId member, ClusterId cluster) {
    private static final String STATUS_PATH = "/v1/status";

    /**
     * Asks the sidecar for its status. Blocks for at most 5 s.
     *
     * @throws WrongSidecarException if it is another member's
     * @throws IOException if there is no answer, or not the expected one
     */
    SidecarStatus status() throws IOException, InterruptedException, WrongSidecarException {
        ContentResponse answer = http.ask(HttpMethod.GET, STATUS_PATH);
        if (answer.getStatus() != HttpStatus.OK_200) {
            throw SidecarHttp.refused(answer.getStatus(), answer.getContentAsString());
        }
        SidecarStatus status = SidecarStatus.parse(answer.getContentAsString());
        if (!status.member().equals(member) || !status.cluster().equals(cluster)) {
            throw new WrongSidecarException("the sidecar at " + http + " is that of member " + status.member()
                    + " in cluster " + status.cluster() + ": expected member " + member + " in cluster " + cluster);
        }
        return status;
    }

    /** The sidecar's address. */
    @Override
    public String toString() {
        return http.toString();
    }
}
