package dev.rafthttp.bench;

import java.util.ArrayList;
import java.util.List;

/**
 * A program as it takes part in one scenario.
 *
 * @param carrier what carries our messages, where the program is a build of ours; else {@link Carrier#RAFTHTTP}
 * @param options that tell it so
 */
record Contender(Program program, Carrier carrier, List<String> options) {
    Contender {
        options = List.copyOf(options);
    }

    /**
     * Those that take part in a scenario, in the order in which they take turns.
     *
     * @param programs the first one ours
     */
    static List<Contender> of(Scenario scenario, List<Program> programs) {
        List<Contender> contenders = new ArrayList<>();
        for (Program program : programs) {
            if (program.isBuild()) {
                contenders.add(of(scenario, program, Carrier.RAFTHTTP));
                if (scenario.isForSidecars()) {
                    contenders.add(of(scenario, program, Carrier.SIDECAR));
                }
            } else if (scenario.takes(program.name())) {
                boolean isGo = program.name().equals(GoPeer.NAME);
                List<String> options = isGo ? List.of() : List.of("--transport", program.name());
                contenders.add(new Contender(program, Carrier.RAFTHTTP, options));
            }
        }
        return contenders;
    }

    private static Contender of(Scenario scenario, Program build, Carrier carrier) {
        List<String> options = scenario.isOursAlone() ? List.of() : List.of("--transport", carrier.toString());
        return new Contender(build, carrier, options);
    }

    /** In a file's name and on the terminal. */
    @Override
    public String toString() {
        return carrier == Carrier.RAFTHTTP ? program.name() : program.name() + "-" + carrier;
    }
}
