package dev.rafthttp.interop;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/** Which suspicious lines of etcd's logs a scenario explains by what it did. */
final class Explanations {
    /** What members without a relay were seen to say when one of them was killed, restored or removed. */
    private static final Pattern OF_A_BROKEN_MEMBER = Pattern.compile(
            "^(lost|closed|stopped|established) TCP streaming connection"
                    + "|^peer became inactive|^prober detected unhealthy status"
                    + "|^failed to reach the peer URL|^failed to get version"
                    // Of one that comes back: what it proposes at once may be in the very snapshot that it is sent.
                    + "|^failed to publish local member to cluster through raft"
                    // Of one that was sent a database, and has since taken a snapshot of its own.
                    + "|^found orphaned .snap.db file"
                    // Of one that was killed while it wrote a snapshot of its own.
                    + "|^failed to unmarshal snappb.Snapshot|^failed to read a snap file|^renamed to a broken snap file");

    /** The members that the scenario broke, and their IDs. */
    private final Map<String, String> broken = new LinkedHashMap<>();

    private final List<Predicate<LogScan.Line>> alsoExpected = new ArrayList<>();

    /** The member is broken, or the way to it. */
    void breaks(String member, String id) {
        broken.put(member, id);
    }

    Set<String> broken() {
        return broken.keySet();
    }

    /** Any member may say this. */
    void expects(String linePattern) {
        Pattern expected = Pattern.compile(linePattern);
        alsoExpected.add(line -> expected.matcher(line.text()).find());
    }

    /** This member may say this. */
    void expectsOf(String member, String linePattern) {
        Pattern expected = Pattern.compile(linePattern);
        alsoExpected.add(line ->
                line.member().equals(member) && expected.matcher(line.text()).find());
    }

    /** Whether they explain the line. */
    boolean hold(LogScan.Line line) {
        return isAboutABrokenMember(line)
                        && OF_A_BROKEN_MEMBER.matcher(line.message()).find()
                || alsoExpected.stream().anyMatch(also -> also.test(line));
    }

    private boolean isAboutABrokenMember(LogScan.Line line) {
        return broken.containsKey(line.member())
                || broken.values().stream().anyMatch(id -> line.text().contains(id));
    }
}
