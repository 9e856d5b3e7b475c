package offhook.runtime;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/// Makes the threads of the gateway, all named. Nothing else creates one.
public final class Threads {

    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    /// How long a thread of a pool waits for work until it ends.
    private static final long UNUSED_SECONDS = 30;

    private Threads() {}

    /// A virtual thread, not started: for owners that mostly wait.
    public static Thread virtual(String name, Runnable body) {
        return Thread.ofVirtual().name(name).unstarted(body);
    }

    /// Makes virtual threads called `prefix0`, `prefix1` and so on.
    public static ThreadFactory virtual(String prefix) {
        return Thread.ofVirtual().name(prefix, 0).factory();
    }

    /// Runs each task on a virtual thread of its own, called `prefix0`, `prefix1` and so on.
    public static Executor virtualExecutor(String prefix) {
        return Executors.newThreadPerTaskExecutor(virtual(prefix));
    }

    /// Makes the calling thread wait; an interrupt, which stays set, ends that early.
    public static void pause(long nanos) {
        try {
            TimeUnit.NANOSECONDS.sleep(nanos);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    /// Makes an owner's own thread wait, for an exact time and whatever is offered to it meanwhile.
    public static void rest(long nanos) {
        LockSupport.parkNanos(nanos);
    }

    /// Has something done when the process is told to stop (SIGTERM, Ctrl-C).
    public static void atProcessEnd(String name, Runnable body) {
        Runtime.getRuntime().addShutdownHook(Thread.ofPlatform().name(name).unstarted(body));
    }

    /// CPU time that the calling platform thread has used since it began; 0 where the system does
    /// not say. Takes as long as a call of the system does.
    public static long cpuNanos() {
        return Math.max(0, THREADS.getCurrentThreadCpuTime());
    }

    /// Runs tasks on platform threads called `prefix0`, `prefix1` and so on, one after the other
    /// when all are taken: for what holds its thread for long, as native code does, and so must not
    /// be done by a virtual one. They do not keep the JVM alive.
    ///
    /// @param most how many threads there are at one time
    public static Executor platformPool(String prefix, int most) {
        ThreadPoolExecutor pool =
                new ThreadPoolExecutor(
                        most,
                        most,
                        UNUSED_SECONDS,
                        TimeUnit.SECONDS,
                        new LinkedBlockingQueue<>(),
                        Thread.ofPlatform().name(prefix, 0).daemon().factory());
        pool.allowCoreThreadTimeOut(true);
        return pool;
    }

    /// A platform thread, not started, that does not keep the JVM alive: for those that must come
    /// to run even when all virtual ones are held up.
    public static Thread platform(String name, Runnable body) {
        return Thread.ofPlatform().name(name).daemon().unstarted(body);
    }

    /// Starts a platform thread that keeps the JVM alive: for owners that never wait long.
    public static Thread startPlatform(String name, Runnable body) {
        return Thread.ofPlatform().name(name).daemon(false).start(body);
    }
}
