package offhook.runtime;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandleProxies;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;

/// Signals of the system to the process.
public final class Signals {

    private Signals() {}

    /// Has something done at each SIGHUP, by which the JVM would end otherwise. The class for it is
    /// the JDK's own and not of the language, so that it is looked up by name.
    ///
    /// @return false where the system has no such signal, or does not let us have it
    public static boolean onHangup(Runnable body) {
        try {
            Class<?> signal = Class.forName("sun.misc.Signal");
            Class<?> handler = Class.forName("sun.misc.SignalHandler");
            MethodHandle run =
                    MethodHandles.publicLookup()
                            .findVirtual(Runnable.class, "run", MethodType.methodType(void.class))
                            .bindTo(body);
            MethodHandle handle = MethodHandles.dropArguments(run, 0, signal);
            signal.getMethod("handle", signal, handler)
                    .invoke(
                            null,
                            signal.getConstructor(String.class).newInstance("HUP"),
                            MethodHandleProxies.asInterfaceInstance(handler, handle));
            return true;
        } catch (ReflectiveOperationException _) {
            return false;
        }
    }

    /// Ends the process at once with this code, when everything that had to be stopped is: a JVM
    /// that was told to stop by a signal would say that it was killed.
    public static void leave(int code) {
        Runtime.getRuntime().halt(code);
    }
}
