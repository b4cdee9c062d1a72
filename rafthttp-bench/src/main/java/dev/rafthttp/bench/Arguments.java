package dev.rafthttp.bench;

import picocli.CommandLine;
import picocli.CommandLine.ParameterException;

/** Refuses arguments that no run can be made with. */
final class Arguments {
    private Arguments() {}

    static void atLeast(CommandLine command, String option, long value, long least) {
        if (value < least) {
            throw new ParameterException(command, option + " is " + value + ", not " + least + " or more");
        }
    }
}
