package dev.rafthttp.sidecarclient;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.rafthttp.MemberId;
import dev.rafthttp.RaftCallback;
import dev.rafthttp.RemovedMemberException;
import dev.rafthttp.SnapshotStatus;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the sidecar's events, in one long {@code GET /v1/events}. Knows from them which peers can be reached: none without
 * a connection.
 */
final class SidecarEvents implements LongRequest.Attempt {
    private static final Logger LOG = LoggerFactory.getLogger(SidecarEvents.class);

    private static final String PATH = "/v1/events";
    private static final String LAST_EVENT_ID = "Last-Event-ID";

    private final OwnSidecar sidecar;
    private final SidecarSnapshots snapshots;
    private final RaftCallback callback;
    private final Set<MemberId> active = ConcurrentHashMap.newKeySet();

    // Owned by the request's thread.
    private @Nullable String lastId;
    private @Nullable String run;

    /** @param callback told on the request's thread */
    SidecarEvents(OwnSidecar sidecar, SidecarSnapshots snapshots, RaftCallback callback) {
        this.sidecar = sidecar;
        this.snapshots = snapshots;
        this.callback = callback;
    }

    /** Whether the sidecar reaches a peer. Any thread. */
    boolean isReachable(MemberId peer) {
        return active.contains(peer);
    }

    @Override
    public void run(Runnable connected) throws IOException, InterruptedException, WrongSidecarException {
        Map<String, String> headers = lastId == null ? Map.of() : Map.of(LAST_EVENT_ID, lastId);
        try (InputStream answer = sidecar.http().get(PATH, headers)) {
            // After the events have begun, so that they tell of later changes.
            active.addAll(sidecar.status().active());
            connected.run();
            ServerSentEvents events = new ServerSentEvents(answer);
            for (Optional<ServerSentEvents.Event> event = events.next(); event.isPresent(); event = events.next()) {
                happened(event.get());
            }
        } finally {
            active.clear();
        }
        throw new EOFException("the sidecar ended its answer");
    }

    private void happened(ServerSentEvents.Event event) {
        event.id().ifPresent(id -> lastId = id);
        try {
            tell(event.name(), JsonParser.parseString(event.data()).getAsJsonObject());
        } catch (RuntimeException failure) {
            LOG.warn("event {} with {} cannot be taken", event.name(), event.data(), failure);
        }
    }

    private void tell(String name, JsonObject data) {
        switch (name) {
            case "run" -> began(text(data, "run"));
            case "unreachable" -> callback.reportUnreachable(peer(data));
            case "snapshot-status" ->
                callback.reportSnapshot(
                        peer(data), SnapshotStatus.valueOf(text(data, "status").toUpperCase(Locale.ROOT)));
            case "snapshot-progress" -> {
                if (!text(data, "state").equals("sending")) {
                    snapshots.ended(text(data, "id"));
                }
            }
            case "peer-active" -> active.add(peer(data));
            case "peer-inactive" -> active.remove(peer(data));
            case "member-removed" ->
                callback.reportRemoved(
                        new RemovedMemberException(MemberId.parse(text(data, "toldBy")), text(data, "reason")));
            default -> LOG.debug("event {}: {}", name, data);
        }
    }

    /**
     * A new run of the sidecar knows nothing of the snapshots of the former run, which therefore count as failed. Every peer counts as
     * unreachable from the end of the former answer until the sidecar says otherwise.
     */
    private void began(String newRun) {
        if (run != null && !run.equals(newRun)) {
            LOG.info("the sidecar at {} was started again: run {} after run {}", sidecar, newRun, run);
            snapshots.takeLost().forEach(peer -> callback.reportSnapshot(peer, SnapshotStatus.FAILURE));
        }
        run = newRun;
    }

    private static MemberId peer(JsonObject data) {
        return MemberId.parse(text(data, "peer"));
    }

    private static String text(JsonObject data, String field) {
        if (!data.has(field)) {
            throw new IllegalArgumentException("there is no " + field);
        }
        return data.get(field).getAsString();
    }
}
