package dev.rafthttp.sidecar.relay;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import dev.rafthttp.sidecar.json.PeerJson;
import dev.rafthttp.sidecar.relay.standin.Direction;
import dev.rafthttp.sidecar.relay.standin.DirectionCounts;
import dev.rafthttp.sidecar.relay.standin.StandIn;
import dev.rafthttp.sidecar.relay.standin.StandIns;
import dev.rafthttp.sidecar.relay.standin.Topology;
import dev.rafthttp.sidecar.relay.standin.Traffic;
import java.util.Map;

/** What the relay knows of itself, as JSON: {@code GET /v1/status}. Any thread. */
final class StatusJson {
    private final Topology topology;
    private final Membership membership;
    private final StandIns standIns;
    private final Traffic traffic;
    private final String run;

    /** @param run the ID of this run, as its events have it */
    StatusJson(Topology topology, Membership membership, StandIns standIns, Traffic traffic, String run) {
        this.topology = topology;
        this.membership = membership;
        this.standIns = standIns;
        this.traffic = traffic;
        this.run = run;
    }

    JsonObject whole() {
        JsonObject json = new JsonObject();
        json.addProperty("cluster", topology.cluster().toString());
        json.addProperty("form", topology.local().isPresent() ? "uplink" : "alone");
        topology.local().ifPresent(local -> json.addProperty("local", local.toString()));
        json.addProperty("run", run);
        JsonArray members = new JsonArray();
        membership.all().forEach(member -> members.add(MemberJson.of(member, topology)));
        json.add("members", members);
        JsonArray removed = new JsonArray();
        standIns.removed().forEach(removal -> removed.add(removal.json()));
        json.add("removed", removed);
        addTraffic(json);
        JsonArray stands = new JsonArray();
        standIns.all().forEach(standIn -> stands.add(standIn(standIn)));
        json.add("standIns", stands);
        return json;
    }

    private void addTraffic(JsonObject json) {
        JsonArray directions = new JsonArray();
        Map<Direction, DirectionCounts> all = traffic.directions();
        all.forEach((direction, counts) -> {
            JsonObject one = new JsonObject();
            one.addProperty("from", direction.from().toString());
            one.addProperty("to", direction.to().toString());
            addCounts(one, counts);
            directions.add(one);
        });
        DirectionCounts others = traffic.others();
        JsonObject rest = new JsonObject();
        addCounts(rest, others);
        json.addProperty(
                "decodeErrors",
                others.undecodableSum()
                        + all.values().stream()
                                .mapToLong(DirectionCounts::undecodableSum)
                                .sum());
        json.addProperty(
                "corrupt",
                others.corruptSum()
                        + all.values().stream()
                                .mapToLong(DirectionCounts::corruptSum)
                                .sum());
        json.add("directions", directions);
        json.add("others", rest);
    }

    private static void addCounts(JsonObject json, DirectionCounts counts) {
        json.addProperty("decodeErrors", counts.undecodableSum());
        json.addProperty("corrupt", counts.corruptSum());
        json.addProperty("inDoubt", counts.inDoubtSum());
        JsonObject types = new JsonObject();
        counts.types().forEach((type, of) -> {
            JsonObject dropped = new JsonObject();
            of.dropped().forEach(dropped::addProperty);
            JsonObject one = new JsonObject();
            one.addProperty("in", of.in());
            one.addProperty("out", of.out());
            one.add("dropped", dropped);
            types.add(type.name(), one);
        });
        json.add("types", types);
    }

    private static JsonObject standIn(StandIn standIn) {
        JsonArray peers = new JsonArray();
        standIn.status().peers().forEach(peer -> peers.add(PeerJson.of(peer)));
        JsonObject json = new JsonObject();
        json.addProperty("member", standIn.member().id().toString());
        json.addProperty("name", standIn.member().name());
        json.add("peers", peers);
        return json;
    }
}
