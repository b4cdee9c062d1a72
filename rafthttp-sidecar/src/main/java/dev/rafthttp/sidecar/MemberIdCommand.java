package dev.rafthttp.sidecar;

import dev.rafthttp.options.Commands;
import dev.rafthttp.options.MemberOptions;
import dev.rafthttp.options.Mistakes;
import java.io.PrintStream;
import java.util.Objects;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code rafthttp member-id}: prints a member's ID and its cluster's, one per line. */
@Command(
        name = "member-id",
        description =
                "Prints the IDs that etcd derives for a member and its cluster when the cluster is first started. A"
                        + " member that joined later has another ID; \"etcdctl member list\" shows it.",
        exitCodeList = {"0:the IDs were printed", Commands.EXIT_2})
final class MemberIdCommand implements Callable<Integer> {
    private final Mistakes mistakes;
    private final PrintStream out;

    @Mixin
    private MemberOptions member;

    @Option(
            names = "--decimal",
            description = "print decimal IDs, as messages in JSON have them; everywhere else IDs are hexadecimal")
    private boolean decimal;

    MemberIdCommand(Mistakes mistakes, PrintStream out) {
        this.mistakes = mistakes;
        this.out = out;
    }

    @Override
    public Integer call() {
        MemberOptions.Cluster cluster = member.check("", mistakes);
        mistakes.throwIfAny();
        print("member", Objects.requireNonNull(cluster.self()).value());
        print("cluster", cluster.id().value());
        return 0;
    }

    private void print(String what, long id) {
        out.println(what + " " + (decimal ? Long.toUnsignedString(id) : Long.toHexString(id)));
    }
}
