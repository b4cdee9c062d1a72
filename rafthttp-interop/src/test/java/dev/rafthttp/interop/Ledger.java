package dev.rafthttp.interop;

import static org.assertj.core.api.Assertions.assertThat;

import io.etcd.jetcd.ByteSequence;
import io.etcd.jetcd.Client;
import io.etcd.jetcd.KeyValue;
import io.etcd.jetcd.kv.GetResponse;
import io.etcd.jetcd.options.GetOption;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** What the cluster has acknowledged, so that it can be held to it. Every key is put once. Thread-safe. */
final class Ledger {
    private static final int PAGE = 1_000;
    private static final int TIMEOUT_SECONDS = 10;

    private final Map<String, String> acknowledged = new ConcurrentHashMap<>();

    void acknowledged(String key, String value) {
        String before = acknowledged.put(key, value);
        if (before != null) {
            throw new IllegalArgumentException("key " + key + " was put twice");
        }
    }

    int size() {
        return acknowledged.size();
    }

    /** Reads every key back through the client; what was not acknowledged may be there too. */
    void assertKept(Client client) {
        Map<String, String> stored = readAll(client);
        List<String> gone = acknowledged.entrySet().stream()
                .filter(put -> !put.getValue().equals(stored.get(put.getKey())))
                .map(Map.Entry::getKey)
                .sorted()
                .toList();
        assertThat(gone)
                .as("acknowledged keys, of %s, that are lost or changed", acknowledged.size())
                .isEmpty();
    }

    private static Map<String, String> readAll(Client client) {
        Map<String, String> stored = new HashMap<>();
        ByteSequence from = ByteSequence.from(new byte[] {0});
        while (true) {
            GetResponse page = get(client, from);
            for (KeyValue pair : page.getKvs()) {
                stored.put(
                        pair.getKey().toString(StandardCharsets.UTF_8),
                        pair.getValue().toString(StandardCharsets.UTF_8));
            }
            if (!page.isMore()) {
                return stored;
            }
            from = page.getKvs().get(page.getKvs().size() - 1).getKey().concat(ByteSequence.from(new byte[] {0}));
        }
    }

    private static GetResponse get(Client client, ByteSequence from) {
        // A range end of one zero byte means: to the last key there is.
        GetOption option = GetOption.builder()
                .withRange(ByteSequence.from(new byte[] {0}))
                .withLimit(PAGE)
                .build();
        try {
            return client.getKVClient().get(from, option).get(TIMEOUT_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException e) {
            throw new IllegalStateException("cannot read the keys from " + from + " on", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while reading back", e);
        }
    }
}
