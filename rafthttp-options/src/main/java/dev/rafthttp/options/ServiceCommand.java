package dev.rafthttp.options;

import java.io.PrintStream;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** A command that runs until it is told to stop. */
public abstract class ServiceCommand implements Callable<Integer> {
    private static final Logger LOG = LoggerFactory.getLogger(ServiceCommand.class);

    private final Mistakes mistakes;
    private final PrintStream err;
    private final CountDownLatch stop;

    @Spec
    private CommandSpec spec;

    @Mixin
    private LogOptions log;

    /**
     * @param mistakes found so far
     * @param stop what ends it
     */
    protected ServiceCommand(Mistakes mistakes, PrintStream err, CountDownLatch stop) {
        this.mistakes = mistakes;
        this.err = err;
        this.stop = stop;
    }

    /** What runs. */
    public interface Service extends AutoCloseable {
        /**
         * Begins to run.
         *
         * @throws CannotRunException if it cannot, for a reason outside of this process
         */
        void start();

        /** How long the end may take. */
        Duration grace();

        @Override
        void close();
    }

    /**
     * Checks all options.
     *
     * @param names gets what the options call members
     * @return makes what runs by them, or throws a CannotRunException
     * @throws WrongOptionsException if there is any mistake
     */
    protected abstract Supplier<Service> check(Mistakes found, LogNames names);

    @Override
    public final Integer call() throws InterruptedException {
        Logs logs = log.check(mistakes);
        LogNames names = new LogNames();
        Supplier<Service> checked = check(mistakes, names);
        logs.apply(names);
        try (Service service = checked.get()) {
            service.start();
            stop.await();
            LOG.info("told to stop; what is under way may take {}", service.grace());
            return 0;
        } catch (CannotRunException e) {
            err.println(spec.qualifiedName() + ": " + e.getMessage());
            return 1;
        }
    }
}
