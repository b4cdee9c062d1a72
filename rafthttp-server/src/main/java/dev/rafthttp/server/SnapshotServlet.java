package dev.rafthttp.server;

import dev.rafthttp.MemberId;
import dev.rafthttp.PeerUnreachableException;
import dev.rafthttp.Protocol;
import dev.rafthttp.SnapshotReceiver;
import dev.rafthttp.SnapshotStoreException;
import dev.rafthttp.codec.MemoryBudget;
import dev.rafthttp.peer.Peer;
import dev.rafthttp.peer.PeerEnvironment;
import dev.rafthttp.peer.Refusal;
import dev.rafthttp.peer.Refusal.Asked;
import dev.rafthttp.raftpb.Message;
import dev.rafthttp.runtime.Failures;
import dev.rafthttp.runtime.FatalErrors;
import dev.rafthttp.snapshot.SnapshotReceipt;
import jakarta.servlet.AsyncContext;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@code POST /raft/snapshot}: takes one message with its database, and answers when the database is stored and Raft
 * has taken the message; etcd's {@code snapshotHandler}. Holds a thread while the database arrives, and none while Raft
 * takes the message.
 */
final class SnapshotServlet extends HttpServlet {
    private static final Logger LOG = LoggerFactory.getLogger(SnapshotServlet.class);

    /** More than a member ever receives at once, and few of the 200 threads, which other requests need too. */
    private static final int MAX_AT_ONCE = 32;

    private final transient PeerEnvironment environment;
    private final transient ClusterGuard guard;
    private final transient MemoryBudget posts;
    private final transient SnapshotReceiver receiver;
    private final transient Semaphore free = new Semaphore(MAX_AT_ONCE);

    /** @param posts what the messages of snapshots may take, and the bodies of all other posts */
    SnapshotServlet(PeerEnvironment environment, ClusterGuard guard, MemoryBudget posts, SnapshotReceiver receiver) {
        this.environment = environment;
        this.guard = guard;
        this.posts = posts;
        this.receiver = receiver;
    }

    @Override
    protected void service(HttpServletRequest request, HttpServletResponse response) throws IOException {
        try {
            if (!request.getMethod().equals("POST")) {
                response.setHeader("Allow", "POST");
                throw new RefusedException(Refusal.METHOD_NOT_ALLOWED, "snapshots are posted");
            }
            response.setHeader(
                    Protocol.CLUSTER_ID, environment.config().clusterId().toString());
            guard.checkCluster(request);
            Optional<MemberId> sender = guard.postSender(request);
            ClusterGuard.checkNotEncoded(request);
            CompletionStage<Void> taken = receive(request, sender);
            AsyncContext exchange = Exchanges.open(request);
            taken.whenComplete((done, failure) -> answer(exchange, failure));
        } catch (RefusedException e) {
            guard.refuse(request, response, e);
            RefusedBody.discard(request, response, environment);
        }
    }

    private void answer(AsyncContext exchange, @Nullable Throwable failure) {
        HttpServletResponse response = (HttpServletResponse) exchange.getResponse();
        try {
            if (failure == null) {
                response.setStatus(HttpServletResponse.SC_NO_CONTENT);
            } else {
                guard.refuse((HttpServletRequest) exchange.getRequest(), response, refusalFor(Failures.cause(failure)));
            }
        } catch (IOException e) {
            LOG.debug("the sender was gone before it got the answer to its snapshot", e);
        } finally {
            Exchanges.complete(exchange);
        }
    }

    /** Takes the database, and gives the message to Raft. */
    private CompletionStage<Void> receive(HttpServletRequest request, Optional<MemberId> sender)
            throws RefusedException, IOException {
        if (!free.tryAcquire()) {
            throw new RefusedException(
                    Refusal.SNAPSHOTS_TOO_MANY, MAX_AT_ONCE + " snapshots are being received already");
        }
        MemoryBudget.Charge charge = posts.open();
        try {
            CompletionStage<Void> taken = receive(new SnapshotBody(request.getInputStream()), charge, sender);
            return taken.whenComplete((done, failure) -> charge.close());
        } catch (Throwable e) {
            charge.close();
            throw e;
        } finally {
            free.release();
        }
    }

    private CompletionStage<Void> receive(SnapshotBody body, MemoryBudget.Charge charge, Optional<MemberId> sender)
            throws RefusedException {
        Message message = body.readMessage(environment.config().maxPostBytes(), charge);
        Optional<SnapshotReceipt> receipt = begin(message, sender);
        CompletionStage<Void> taken;
        try {
            taken = take(message, body);
        } catch (RefusedException e) {
            receipt.ifPresent(each -> each.failed(body.bytes()));
            throw e;
        }
        return taken.whenComplete((done, failure) -> receipt.ifPresent(each -> {
            if (failure == null) {
                each.taken(body.bytes());
            } else {
                FatalErrors.report(Failures.cause(failure));
                each.failed(body.bytes());
            }
        }));
    }

    /**
     * Counts the snapshot of a peer. A member that has joined before this member learnt of it may send a snapshot too.
     */
    private Optional<SnapshotReceipt> begin(Message message, Optional<MemberId> sender) throws RefusedException {
        Optional<Peer> peer = guard.checkSnapshot(message, sender);
        LOG.info(
                "receiving the snapshot of term {} and index {} from member {}",
                message.getSnapshot().getMetadata().getTerm(),
                message.getSnapshot().getMetadata().getIndex(),
                Long.toHexString(message.getFrom()));
        try {
            return peer.map(each -> each.receivingSnapshot(message));
        } catch (PeerUnreachableException paused) {
            throw notProcessed(paused);
        }
    }

    private CompletionStage<Void> take(Message message, SnapshotBody body) throws RefusedException {
        try {
            CompletionStage<Void> taken = receiver.receive(message, body);
            body.finish();
            return taken;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw notProcessed(e);
        } catch (Exception e) {
            // In a relay the cause is the outcome at the other end.
            throw refusalFor(Failures.cause(e));
        } catch (Error e) {
            FatalErrors.report(e);
            throw notProcessed(e);
        }
    }

    private static RefusedException refusalFor(Throwable cause) {
        String words = String.valueOf(cause.getMessage());
        Optional<Refusal> passedOn = Refusal.of(Asked.POST, cause);
        if (passedOn.isPresent()) {
            return new RefusedException(passedOn.get(), words, cause);
        }
        if (cause instanceof SnapshotStoreException) {
            return new RefusedException(
                    Refusal.SNAPSHOT_NOT_SAVED, "its database was not stored: " + cause.getCause(), words, cause);
        }
        if (cause instanceof RejectedExecutionException) {
            return new RefusedException(Refusal.SNAPSHOT_CLOSING, "Raft is closing: " + words, cause);
        }
        return notProcessed(cause);
    }

    private static RefusedException notProcessed(Throwable cause) {
        return new RefusedException(
                Refusal.SNAPSHOT_NOT_PROCESSED,
                "its snapshot was not taken: " + cause,
                String.valueOf(cause.getMessage()),
                cause);
    }
}
