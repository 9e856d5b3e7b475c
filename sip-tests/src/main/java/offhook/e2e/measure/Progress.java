package offhook.e2e.measure;

/// Tells the person who waits what goes on.
@FunctionalInterface
public interface Progress {
    void say(String what);
}
