package dev.rafthttp.interop;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Holds etcd's own view of a scenario to what the scenario did: a suspicious line is explained only if it is about a
 * member that the scenario broke, and if a direct cluster says the same of a broken member.
 */
final class LogAudit {
    private final EtcdCluster cluster;
    private final Instant since = Instant.now();
    private final Map<String, EtcdMember> audited = new LinkedHashMap<>();
    private final Explanations explanations = new Explanations();

    LogAudit(EtcdCluster cluster) {
        this.cluster = cluster;
        cluster.members().forEach(member -> audited.put(member.name(), member));
    }

    /** Says that the scenario is about to break this member, or the way to it. */
    void breaks(EtcdMember member) {
        audited.put(member.name(), member);
        explanations.breaks(member.name(), cluster.idOf(member));
    }

    /** Says that the scenario makes members say this, as it does in a direct cluster. */
    void expects(String linePattern) {
        explanations.expects(linePattern);
    }

    /** Says that the scenario makes this member say this, and no other. */
    void expectsOf(EtcdMember member, String linePattern) {
        explanations.expectsOf(member.name(), linePattern);
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
            if (line.isSuspicious() && !explanations.hold(line)) {
                unexplained.add(line);
            }
        }
        assertThat(unexplained)
                .as("suspicious lines in etcd's logs that breaking %s does not explain", explanations.broken())
                .isEmpty();
    }
}
