package dev.rafthttp.interop.follower;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.UnknownFieldSet;
import dev.rafthttp.raftpb.Entry;
import dev.rafthttp.raftpb.EntryType;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** The keys that committed entries put: as much of etcd's state machine as tells whether entries arrived whole. Any thread. */
final class PutStore {
    // WIRE: InternalRaftRequest{put = 4}, PutRequest{key = 1, value = 2}.
    private static final int PUT = 4;
    private static final int KEY = 1;
    private static final int VALUE = 2;

    private final Map<String, String> puts = new ConcurrentHashMap<>();

    void apply(Entry entry) {
        if (entry.getType() != EntryType.EntryNormal || entry.getData().isEmpty()) {
            return;
        }
        try {
            UnknownFieldSet request = UnknownFieldSet.parseFrom(entry.getData());
            for (ByteString put : request.getField(PUT).getLengthDelimitedList()) {
                UnknownFieldSet fields = UnknownFieldSet.parseFrom(put);
                puts.put(text(fields, KEY), text(fields, VALUE));
            }
        } catch (InvalidProtocolBufferException ofVersion2) {
            // etcd 3.4 publishes its members and the cluster's version by requests of its API 2, which it tells apart
            // by
            // this alone. They put no key.
        }
    }

    private static String text(UnknownFieldSet fields, int number) {
        return fields.getField(number).getLengthDelimitedList().stream()
                .map(ByteString::toStringUtf8)
                .findFirst()
                .orElse("");
    }

    Map<String, String> puts() {
        return Map.copyOf(puts);
    }
}
