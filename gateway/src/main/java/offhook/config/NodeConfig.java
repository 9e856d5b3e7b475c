package offhook.config;

import java.net.InetAddress;
import java.time.Duration;
import java.util.Optional;

/// This machine.
///
/// @param name how logs and records call it
/// @param advertise address that SDP, Via and Contact name; empty: the address that is bound, or
///   the machine's first non-loopback one when all are
/// @param drain how long calls that live may go on after the process was told to stop
public record NodeConfig(String name, Optional<InetAddress> advertise, Duration drain) {

    /// One that ends calls when it is told to stop.
    public NodeConfig(String name, Optional<InetAddress> advertise) {
        this(name, advertise, Duration.ZERO);
    }
}
