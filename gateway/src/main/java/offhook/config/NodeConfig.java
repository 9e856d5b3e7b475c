package offhook.config;

import java.net.InetAddress;
import java.util.Optional;

/// This machine.
///
/// @param name how logs and records call it
/// @param advertise address that SDP, Via and Contact name; empty: the address that is bound, or
///   the machine's first non-loopback one when all are
public record NodeConfig(String name, Optional<InetAddress> advertise) {}
