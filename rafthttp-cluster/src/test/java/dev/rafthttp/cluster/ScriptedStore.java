package dev.rafthttp.cluster;

import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** A store in memory that does as it is told. */
final class ScriptedStore implements Store {
    private final Map<String, String> entries = new ConcurrentHashMap<>();
    private volatile boolean isBroken;
    private volatile boolean isForgetful;

    /** From now on refuses everything, or no more. */
    void breakDown(boolean broken) {
        isBroken = broken;
    }

    /** From now on acknowledges writes and keeps none. */
    void forget() {
        isForgetful = true;
    }

    @Override
    public void put(String key, String value) throws IOException {
        refuseIfBroken();
        if (!isForgetful) {
            entries.put(key, value);
        }
    }

    @Override
    public Optional<String> get(String key) throws IOException {
        refuseIfBroken();
        return Optional.ofNullable(entries.get(key));
    }

    @Override
    public Replica replica() throws IOException {
        refuseIfBroken();
        return new Replica(entries.size(), Map.copyOf(entries));
    }

    @Override
    public boolean isLeader() throws IOException {
        refuseIfBroken();
        return true;
    }

    private void refuseIfBroken() throws IOException {
        if (isBroken) {
            throw new IOException("broken, as the script says");
        }
    }
}
