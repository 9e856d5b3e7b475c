package offhook.runtime;

import java.util.concurrent.ThreadFactory;

/// Makes the threads of the gateway, all named. Nothing else creates one.
public final class Threads {

    private Threads() {}

    /// A virtual thread, not started: for owners that mostly wait.
    public static Thread virtual(String name, Runnable body) {
        return Thread.ofVirtual().name(name).unstarted(body);
    }

    /// Makes virtual threads called `prefix0`, `prefix1` and so on.
    public static ThreadFactory virtual(String prefix) {
        return Thread.ofVirtual().name(prefix, 0).factory();
    }

    /// Has something done when the process is told to stop (SIGTERM, Ctrl-C).
    public static void atProcessEnd(String name, Runnable body) {
        Runtime.getRuntime().addShutdownHook(Thread.ofPlatform().name(name).unstarted(body));
    }

    /// Starts a platform thread that keeps the JVM alive: for owners that never wait long.
    public static Thread startPlatform(String name, Runnable body) {
        return Thread.ofPlatform().name(name).daemon(false).start(body);
    }
}
