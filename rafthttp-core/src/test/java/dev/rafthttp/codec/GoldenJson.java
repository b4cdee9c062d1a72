package dev.rafthttp.codec;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import com.google.protobuf.ByteString;
import dev.rafthttp.raftpb.Entry;
import dev.rafthttp.raftpb.Message;
import dev.rafthttp.raftpb.Snapshot;
import dev.rafthttp.raftpb.SnapshotMetadata;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;

/** Says a message in the form that the captures' JSON has, which compares by value except for an entry's data. */
final class GoldenJson {
    /** Data above this is given by length and hash. */
    private static final int LARGE_BYTES = 64 << 10;

    private GoldenJson() {}

    static JsonArray of(List<Message> messages) {
        JsonArray json = new JsonArray();
        messages.forEach(message -> json.add(of(message)));
        return json;
    }

    static JsonObject of(Message message) {
        JsonObject json = new JsonObject();
        json.addProperty("type", message.getType().name());
        json.add("to", unsigned(message.getTo()));
        json.add("from", unsigned(message.getFrom()));
        json.add("term", unsigned(message.getTerm()));
        json.add("logTerm", unsigned(message.getLogTerm()));
        json.add("index", unsigned(message.getIndex()));
        json.add("commit", unsigned(message.getCommit()));
        JsonArray entries = new JsonArray();
        message.getEntriesList().forEach(entry -> entries.add(of(entry)));
        json.add("entries", entries);
        json.addProperty("reject", message.getReject());
        json.add("rejectHint", unsigned(message.getRejectHint()));
        json.add("context", message.getContext().isEmpty() ? JsonNull.INSTANCE : base64(message.getContext()));
        if (message.getSnapshot().getMetadata().getIndex() != 0) {
            json.add("snapshot", of(message.getSnapshot()));
        }
        return json;
    }

    private static JsonObject of(Entry entry) {
        JsonObject json = new JsonObject();
        json.addProperty("type", entry.getType().name());
        json.add("term", unsigned(entry.getTerm()));
        json.add("index", unsigned(entry.getIndex()));
        ByteString data = entry.getData();
        if (!entry.hasData()) {
            json.add("data", JsonNull.INSTANCE);
            json.addProperty("dataAbsent", true);
        } else if (data.size() > LARGE_BYTES) {
            json.add("data", JsonNull.INSTANCE);
            json.addProperty("dataLength", data.size());
            json.addProperty("dataSha256", sha256(data));
        } else {
            json.add("data", base64(data));
        }
        return json;
    }

    private static JsonObject of(Snapshot snapshot) {
        SnapshotMetadata metadata = snapshot.getMetadata();
        JsonObject json = new JsonObject();
        json.add("index", unsigned(metadata.getIndex()));
        json.add("term", unsigned(metadata.getTerm()));
        JsonArray voters = new JsonArray();
        metadata.getConfState().getVotersList().forEach(voter -> voters.add(unsigned(voter)));
        json.add("voters", voters);
        json.add("data", base64(snapshot.getData()));
        return json;
    }

    static String sha256(ByteString data) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            data.asReadOnlyByteBufferList().forEach(digest::update);
            return HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every JDK has SHA-256", e);
        }
    }

    private static JsonElement unsigned(long value) {
        return new JsonPrimitive(Long.toUnsignedString(value));
    }

    private static JsonElement base64(ByteString bytes) {
        return new JsonPrimitive(Base64.getEncoder().encodeToString(bytes.toByteArray()));
    }
}
