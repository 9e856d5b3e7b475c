package offhook.config;

import java.util.Optional;

/// Where messages are sent as HEP version 3.
///
/// @param host a name or an address
/// @param port of UDP
/// @param id by which the collector knows this gateway
/// @param reports whether reports of audio (RTCP) are sent, too
/// @param password that the collector asks for; empty: for none
public record HepConfig(
        String host, int port, int id, Optional<Secret> password, boolean reports) {}
