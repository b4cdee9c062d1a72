package dev.rafthttp.server;

import dev.rafthttp.Protocol;
import dev.rafthttp.SnapshotReceiver;
import dev.rafthttp.codec.MemoryBudget;
import dev.rafthttp.peer.PeerEnvironment;
import dev.rafthttp.peer.PeerRegistry;
import jakarta.servlet.http.HttpServlet;
import org.eclipse.jetty.ee11.servlet.ServletContextHandler;
import org.eclipse.jetty.ee11.servlet.ServletHolder;

/**
 * Everything that a member answers to its peers, as servlets to be mounted into a Jetty server: {@code /raft},
 * {@code /raft/stream/…}, {@code /raft/snapshot} and {@code /raft/probing}; and {@code /version}, {@code /members} and
 * {@code /downgrade/enabled}, for which etcd members ask.
 *
 * <p>The servlets hold no thread and no timer while there is no request, and need not be closed: streams are closed
 * with the peers of the registry, and with the server.
 */
public final class RaftServlets {
    private final HttpServlet pipeline;
    private final HttpServlet streams;
    private final HttpServlet snapshots;
    private final MemberAnswers answers;

    /** Makes servlets that take no snapshots with databases, {@link SnapshotReceiver#NONE}. */
    public RaftServlets(PeerEnvironment environment, PeerRegistry registry) {
        this(environment, registry, SnapshotReceiver.NONE);
    }

    /**
     * @param environment what the peers in the registry share
     * @param registry whose streams and posts are accepted
     * @param snapshotReceiver takes snapshots with their databases
     */
    public RaftServlets(PeerEnvironment environment, PeerRegistry registry, SnapshotReceiver snapshotReceiver) {
        ClusterGuard guard = new ClusterGuard(environment, registry);
        MemoryBudget posts = environment.received().share("by posts");
        this.pipeline = new PipelineServlet(environment, guard, posts);
        this.streams = new StreamServlet(environment, guard);
        this.snapshots = new SnapshotServlet(environment, guard, posts, snapshotReceiver);
        this.answers = new MemberAnswers(environment, registry);
    }

    /**
     * Mounts the servlets.
     *
     * @param context at the root of its server, because peers expect {@code /raft} there. The server's idle timeout
     *     must be longer than the configured stream timeout, or the server cuts streams. Filters before the servlets
     *     must support asynchronous requests, and must not wrap the request or the response
     */
    public void addTo(ServletContextHandler context) {
        mount(context, pipeline, Protocol.PIPELINE_PATH);
        addStreamsTo(context);
        mount(context, snapshots, Protocol.SNAPSHOT_PATH);
        mount(context, new GetServlet(answers::probing), Protocol.PROBING_PATH);
        mount(context, new GetServlet(answers::version), Protocol.VERSION_PATH);
        mount(context, new GetServlet(answers::members), Protocol.MEMBERS_PATH);
        mount(context, new GetServlet(answers::downgradeEnabled), Protocol.DOWNGRADE_ENABLED_PATH);
    }

    /** Mounts only the servlet for streams; otherwise as {@link #addTo}. */
    public void addStreamsTo(ServletContextHandler context) {
        mount(context, streams, Protocol.STREAM_PATH + "/*");
    }

    private static void mount(ServletContextHandler context, HttpServlet servlet, String path) {
        ServletHolder holder = new ServletHolder(servlet);
        holder.setAsyncSupported(true);
        context.addServlet(holder, path);
    }
}
