package offhook.console;

import java.util.function.Function;
import java.util.function.Predicate;
import offhook.call.CallId;
import offhook.ops.GatewayControl;
import offhook.telemetry.AuditLog;

/// What operators can do at the page, besides to the gateway as a whole. For any thread that may
/// wait.
///
/// @param gateway what is done to the whole
/// @param hangUp ends a call; false when it is over already
/// @param box packs all that is known of a call into a zip archive; throws
///   [IllegalArgumentException], saying why, when that cannot be done
/// @param signOut ends the sign-ins of an agent; false when there is none of that name
/// @param audit keeps who did what
public record Deeds(
        GatewayControl gateway,
        Predicate<CallId> hangUp,
        Function<CallId, byte[]> box,
        Predicate<String> signOut,
        AuditLog audit) {}
