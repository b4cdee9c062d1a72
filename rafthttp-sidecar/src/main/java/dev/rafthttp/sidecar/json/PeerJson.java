package dev.rafthttp.sidecar.json;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import dev.rafthttp.DropReason;
import dev.rafthttp.PeerStatus;
import dev.rafthttp.PeerStatus.FollowerStatus;
import dev.rafthttp.PeerStatus.LaneStatus;
import java.util.Map;

/** A peer at one moment, as JSON, in every status that tells of peers. */
public final class PeerJson {
    private PeerJson() {}

    /** Everything that the transport knows of it. */
    public static JsonObject of(PeerStatus peer) {
        JsonArray urls = new JsonArray();
        peer.urls().forEach(url -> urls.add(url.toString()));
        JsonObject lanes = new JsonObject();
        peer.lanes().forEach((lane, status) -> lanes.add(lane.label(), lane(status)));
        JsonObject json = new JsonObject();
        json.addProperty("id", peer.id().toString());
        json.add("urls", urls);
        json.addProperty("dialect", peer.dialect().label());
        peer.activeSince().ifPresent(since -> json.addProperty("activeSince", since.toString()));
        json.addProperty("received", peer.received());
        json.add("lanes", lanes);
        json.add("follower", follower(peer.follower()));
        return json;
    }

    private static JsonObject lane(LaneStatus lane) {
        JsonObject dropped = new JsonObject();
        for (Map.Entry<DropReason, Long> drop : lane.dropped().entrySet()) {
            dropped.addProperty(drop.getKey().label(), drop.getValue());
        }
        JsonObject json = new JsonObject();
        json.addProperty("attached", lane.attached());
        json.addProperty("queuedMessages", lane.queuedMessages());
        json.addProperty("queuedBytes", lane.queuedBytes());
        json.addProperty("sent", lane.sent());
        json.addProperty("delivered", lane.delivered());
        json.addProperty("inDoubt", lane.inDoubt());
        json.add("dropped", dropped);
        json.addProperty("roundTripP50Nanos", lane.roundTripP50Nanos());
        json.addProperty("roundTripP99Nanos", lane.roundTripP99Nanos());
        lane.lastFailure().ifPresent(failure -> {
            JsonObject last = new JsonObject();
            last.addProperty("time", failure.time().toString());
            last.addProperty("reason", failure.reason());
            json.add("lastFailure", last);
        });
        return json;
    }

    /** etcd's follower statistics, but in nanoseconds, as every time here. */
    private static JsonObject follower(FollowerStatus follower) {
        JsonObject latency = new JsonObject();
        latency.addProperty("currentNanos", follower.currentNanos());
        latency.addProperty("averageNanos", follower.averageNanos());
        latency.addProperty("standardDeviationNanos", follower.standardDeviationNanos());
        latency.addProperty("minimumNanos", follower.minimumNanos());
        latency.addProperty("maximumNanos", follower.maximumNanos());
        JsonObject counts = new JsonObject();
        counts.addProperty("success", follower.successes());
        counts.addProperty("fail", follower.failures());
        JsonObject json = new JsonObject();
        json.add("latency", latency);
        json.add("counts", counts);
        return json;
    }
}
