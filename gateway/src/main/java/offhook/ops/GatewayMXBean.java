package offhook.ops;

import java.util.Map;

/// The gateway as a whole, `offhook:type=Gateway`.
public interface GatewayMXBean {

    /// Calls that live now, ringing ones included.
    int getCallsActive();

    /// Calls since the start, refused ones included.
    long getCallsTotal();

    /// Agents who are signed in.
    int getAgentsOnline();

    /// Seconds since the start.
    long getUptimeSeconds();

    /// The version that runs.
    String getVersion();

    /// All counters by name.
    Map<String, Long> getCounters();

    @Described("Every metric by the name and labels that /metrics has")
    Map<String, Double> getMetrics();

    @Described(
            "Until when the certificate holds that trunks are shown, ISO 8601; empty without TLS")
    String getSipCertificateUntil();
}
