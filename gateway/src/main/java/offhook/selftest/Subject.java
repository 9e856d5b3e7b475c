package offhook.selftest;

import java.net.InetAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;
import offhook.config.GatewayConfig;

/// What is looked at.
///
/// @param file the configuration
/// @param config what it says
/// @param warnings what its reader warned of
/// @param told the address that SDP, Via and Contact name
/// @param browsersTold the addresses that browsers try
/// @param gateway the process of the gateway that serves this configuration on this machine now
public record Subject(
        Path file,
        GatewayConfig config,
        List<String> warnings,
        InetAddress told,
        List<InetAddress> browsersTold,
        OptionalLong gateway) {}
