package offhook.console;

import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.IntFunction;
import java.util.function.Supplier;
import offhook.agent.AgentRegistry;
import offhook.call.CallSnapshot;
import offhook.call.LegId;
import offhook.call.LegQuality;
import offhook.media.LoopFigures;
import offhook.ops.CallStories;
import offhook.ops.GatewayMXBean;
import offhook.runtime.NanoClock;
import offhook.sip.TrunkStatus;

/// Where the page and its API read; all of it is for any thread.
///
/// @param node the gateway's name
/// @param gateway as JMX shows it
/// @param stories of calls, as the call doctor tells them
/// @param calls those that live
/// @param quality how a leg sounds now
/// @param trunks those of the configuration
/// @param loops the figures of each media loop, from 0 to below `loopCount`
public record Sights(
        String node,
        GatewayMXBean gateway,
        CallStories stories,
        Supplier<List<CallSnapshot>> calls,
        Function<LegId, Optional<LegQuality>> quality,
        Supplier<List<TrunkStatus>> trunks,
        AgentRegistry agents,
        IntFunction<LoopFigures> loops,
        int loopCount,
        NanoClock clock,
        InstantSource wallClock) {}
