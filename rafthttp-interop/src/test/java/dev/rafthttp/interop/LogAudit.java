package dev.rafthttp.interop;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Holds etcd's own view of a scenario to what the scenario did: a suspicious line is explained only if it is about a
 * member that the scenario broke, and if a direct cluster says the same of a broken member.
 */
final class LogAudit {
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

    private final EtcdCluster cluster;
    private final Instant since = Instant.now();
    private final Map<String, EtcdMember> audited = new LinkedHashMap<>();
    private final Map<String, String> broken = new LinkedHashMap<>();
    private final List<Pattern> alsoExpected = new ArrayList<>();

    LogAudit(EtcdCluster cluster) {
        this.cluster = cluster;
        cluster.members().forEach(member -> audited.put(member.name(), member));
    }

    /** Says that the scenario is about to break this member, or the way to it. */
    void breaks(EtcdMember member) {
        audited.put(member.name(), member);
        broken.put(member.name(), cluster.idOf(member));
    }

    /** Says that the scenario makes members say this, as it does in a direct cluster. */
    void expects(String linePattern) {
        alsoExpected.add(Pattern.compile(linePattern));
    }

    /** The lines since the scenario's beginning, of all who took part. */
    List<LogScan.Line> lines() {
        return audited.values().stream()
                .flatMap(member -> LogScan.lines(member.name(), member.log(), since).stream())
                .toList();
    }

    void assertAllExplained() {
        Set<LogScan.Line> unexplained = new LinkedHashSet<>();
        for (LogScan.Line line : lines()) {
            if (line.isSuspicious() && !isExplained(line)) {
                unexplained.add(line);
            }
        }
        assertThat(unexplained)
                .as("suspicious lines in etcd's logs that breaking %s does not explain", broken.keySet())
                .isEmpty();
    }

    private boolean isExplained(LogScan.Line line) {
        return isAboutABrokenMember(line)
                        && OF_A_BROKEN_MEMBER.matcher(line.message()).find()
                || alsoExpected.stream()
                        .anyMatch(also -> also.matcher(line.text()).find());
    }

    private boolean isAboutABrokenMember(LogScan.Line line) {
        return broken.containsKey(line.member())
                || broken.values().stream().anyMatch(id -> line.text().contains(id));
    }
}
