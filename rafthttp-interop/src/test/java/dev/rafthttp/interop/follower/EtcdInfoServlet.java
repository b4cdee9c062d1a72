package dev.rafthttp.interop.follower;

import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;

/** What etcd members ask each other besides Raft's messages, answered with always the same JSON. */
final class EtcdInfoServlet extends HttpServlet {
    private final String json;
    private final String clusterId;

    EtcdInfoServlet(String json, String clusterId) {
        this.json = json;
        this.clusterId = clusterId;
    }

    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response) throws IOException {
        response.setHeader("X-Etcd-Cluster-ID", clusterId);
        response.setContentType("application/json");
        response.getWriter().write(json);
    }
}
