package offhook.call;

import offhook.runtime.NanoClock;
import offhook.telemetry.Counters;

/// What a call acts on.
///
/// @param media makes, joins and ends media
/// @param agents reserves agents
/// @param legs rings targets
/// @param clock what time it is
/// @param counters where calls are counted
public record CallPorts(
        MediaControl media,
        AgentDirectory agents,
        LegFactory legs,
        NanoClock clock,
        Counters counters) {}
