package dev.rafthttp.sidecar.status;

import com.google.gson.JsonObject;
import dev.rafthttp.RemovalStatus;

/** That a member has been told of its removal, as JSON, in every status that tells of it. */
public final class RemovalJson {
    private RemovalJson() {}

    /** Who said so, when, and why. */
    public static JsonObject of(RemovalStatus removal) {
        JsonObject json = new JsonObject();
        json.addProperty("toldBy", removal.toldBy().toString());
        json.addProperty("since", removal.since().toString());
        json.addProperty("reason", removal.reason());
        return json;
    }
}
