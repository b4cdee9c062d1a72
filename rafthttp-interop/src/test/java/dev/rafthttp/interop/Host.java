package dev.rafthttp.interop;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * Where a member's processes run: this machine itself, or a network namespace of it, which has a loopback of its own.
 *
 * @param prefix what a command is started by, so that it runs there
 * @param address where its clients and the other hosts reach it
 */
record Host(String name, List<String> prefix, String address) {
    static final Host MACHINE = new Host("machine", List.of(), "127.0.0.1");

    ChildProcess start(List<String> command, Path output) {
        return new ChildProcess(Stream.concat(prefix.stream(), command.stream()).toList(), output);
    }
}
