package dev.rafthttp.bench;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;

/** The CPU time this process takes: all threads, JIT compiler and garbage collector included. */
final class ProcessCpu {
    private final OperatingSystemMXBean system = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();

    /** Nanoseconds since the process began. */
    long nanos() {
        return system.getProcessCpuTime();
    }
}
