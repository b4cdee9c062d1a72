package dev.rafthttp.sidecar.tap;

import com.google.gson.JsonObject;
import dev.rafthttp.raftpb.Message;
import dev.rafthttp.sidecar.json.MessageJson;
import dev.rafthttp.sidecar.json.MessageText;
import java.time.Instant;

/** The line that shows a message. */
enum TapLine {
    /** In columns. */
    TEXT {
        @Override
        String of(Instant time, Message message) {
            return time + "  " + MessageText.line(message, message.getSerializedSize());
        }

        @Override
        String missed(long messages) {
            return "… " + messages + " missed, since they came faster than they were read";
        }
    },
    /** An object with the whole message. */
    JSON {
        @Override
        String of(Instant time, Message message) {
            return "{\"time\":\"" + time + "\",\"bytes\":" + message.getSerializedSize() + ",\"message\":"
                    + MessageJson.print(message) + "}";
        }

        @Override
        String missed(long messages) {
            JsonObject json = new JsonObject();
            json.addProperty("missed", messages);
            return json.toString();
        }
    };

    abstract String of(Instant time, Message message);

    abstract String missed(long messages);
}
