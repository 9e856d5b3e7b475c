package offhook.ops;

import java.util.List;

/// What operators can do to the gateway as a whole. Any thread.
public interface GatewayControl {

    /// Refuses new calls from now on, or takes them again.
    ///
    /// @throws IllegalStateException when calls are to be taken again and the gateway is stopping
    void drain(boolean wanted);

    /// Whether new calls are refused.
    boolean isDraining();

    /// Reads the configuration again.
    ///
    /// @return what changed and what needs a restart, a line each
    /// @throws IllegalArgumentException when the file cannot serve, or cannot be taken up now,
    ///   saying why; nothing changed then
    List<String> reload();

    /// The level of the gateway's own log.
    String logLevel();

    /// Changes it.
    ///
    /// @throws IllegalArgumentException when there is no such level
    void logLevel(String level);
}
