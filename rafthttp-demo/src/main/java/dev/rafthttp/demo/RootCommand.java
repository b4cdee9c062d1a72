package dev.rafthttp.demo;

import picocli.CommandLine.Command;

/** Holds the commands; {@code bin/rafthttp} always names one. */
@Command(name = "rafthttp")
final class RootCommand {}
