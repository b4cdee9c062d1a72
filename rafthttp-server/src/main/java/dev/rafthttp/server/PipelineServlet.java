package dev.rafthttp.server;

import dev.rafthttp.MemberId;
import dev.rafthttp.Protocol;
import dev.rafthttp.TransportConfig;
import dev.rafthttp.codec.MemoryBudget;
import dev.rafthttp.jetty.ContentReader;
import dev.rafthttp.peer.PeerEnvironment;
import dev.rafthttp.peer.Refusal;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Optional;

/** {@code POST /raft}: takes one message, and answers when Raft has taken it; etcd's {@code pipelineHandler}. */
final class PipelineServlet extends HttpServlet {
    private final transient PeerEnvironment environment;
    private final transient ClusterGuard guard;
    private final transient MemoryBudget posts;

    /** @param posts what the bodies of all posts may take, snapshots' messages among them */
    PipelineServlet(PeerEnvironment environment, ClusterGuard guard, MemoryBudget posts) {
        this.environment = environment;
        this.guard = guard;
        this.posts = posts;
    }

    @Override
    protected void service(HttpServletRequest request, HttpServletResponse response) throws IOException {
        TransportConfig config = environment.config();
        try {
            if (!request.getMethod().equals("POST")) {
                response.setHeader("Allow", "POST");
                throw new RefusedException(Refusal.METHOD_NOT_ALLOWED, "messages are posted");
            }
            response.setHeader(Protocol.CLUSTER_ID, config.clusterId().toString());
            guard.checkCluster(request);
            Optional<MemberId> sender = guard.postSender(request);
            ClusterGuard.checkNotEncoded(request);
            MessagePost.checkLength(request.getContentLengthLong(), config);
            MessagePost post = new MessagePost(
                    environment, guard, sender, Exchanges.open(request), Exchanges.connection(request), posts.open());
            new ContentReader(Exchanges.body(request), environment.executor(), post).start();
        } catch (RefusedException e) {
            guard.refuse(request, response, e);
            RefusedBody.discard(request, response, environment);
        } catch (OutOfMemoryError e) {
            // A request that has been opened would wait for ever.
            Exchanges.connection(request).close();
            throw e;
        }
    }
}
