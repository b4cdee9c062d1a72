package dev.rafthttp.options;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import picocli.CommandLine.Help;
import picocli.CommandLine.Model.OptionSpec;

/** A heading in the help and what is listed under it; the sections stand in this order in the help of every command. */
enum Section {
    /** What only one command has. */
    OWN("Options"),
    MEMBERS(
            "Member and cluster",
            "--name",
            "--initial-cluster",
            "--initial-cluster-token",
            "--member-id",
            "--member-ids",
            "--cluster-id",
            "--peer",
            "--local",
            "--remote"),
    PEERS(
            "Peers",
            "--listen-peer-urls",
            "--peer-dialect",
            "--server-version",
            "--targets",
            "--listen-uplink",
            "--uplinks"),
    TLS(
            "TLS with peers",
            PeerTlsOptions.CERT_FILE,
            PeerTlsOptions.KEY_FILE,
            PeerTlsOptions.TRUSTED_CA_FILE,
            PeerTlsOptions.CLIENT_CERT_AUTH,
            PeerTlsOptions.ALLOWED_CN,
            PeerTlsOptions.ALLOWED_HOSTNAME,
            PeerTlsOptions.CRL_FILE),
    NODE("Node side", "--listen-node", "--node", "--node-token-file", "--callback-url"),
    KEYS("Keys", "--listen-kv", "--kv-urls"),
    FOLDERS("Folders", "--data-dir", "--snapshot-dir", "--state-dir"),
    LIMITS(
            "Memory",
            LimitOptions.MAX_MESSAGE_BYTES,
            LimitOptions.MAX_POST_BYTES,
            LimitOptions.MAX_QUEUE_BYTES,
            LimitOptions.MAX_RECEIVE_BYTES),
    PROCESS(
            "Process",
            "--shutdown-grace",
            LogOptions.FORMAT,
            LogOptions.LEVEL,
            ConfigFile.OPTION,
            "--version",
            "--help");

    private final String heading;

    @SuppressWarnings("ImmutableEnumChecker") // List.of makes no other.
    private final List<String> options;

    Section(String heading, String... options) {
        this.heading = heading;
        this.options = List.of(options);
    }

    /** The options of a command, as its help lists them. */
    static String render(Help help) {
        StringBuilder text = new StringBuilder();
        for (Section section : values()) {
            List<OptionSpec> listed = section.of(help.commandSpec().options());
            if (!listed.isEmpty()) {
                Help.Layout layout = help.createDefaultLayout();
                layout.addOptions(listed, help.parameterLabelRenderer());
                text.append(System.lineSeparator())
                        .append(section.heading)
                        .append(':')
                        .append(System.lineSeparator())
                        .append(layout);
            }
        }
        return text.toString();
    }

    private List<OptionSpec> of(List<OptionSpec> all) {
        List<OptionSpec> own = new ArrayList<>();
        if (this == OWN) {
            Set<String> others = new HashSet<>();
            for (Section section : values()) {
                others.addAll(section.options);
            }
            all.stream()
                    .filter(option -> !others.contains(option.longestName()))
                    .forEach(own::add);
        }
        for (String name : options) {
            all.stream().filter(option -> option.longestName().equals(name)).forEach(own::add);
        }
        return own;
    }
}
