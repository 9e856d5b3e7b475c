package offhook.console;

import java.util.function.Predicate;
import offhook.call.CallId;
import offhook.ops.GatewayControl;
import offhook.telemetry.AuditLog;

/// What operators can do at the page, besides to the gateway as a whole. For any thread.
///
/// @param gateway what is done to the whole
/// @param hangUp ends a call; false when it is over already
/// @param audit keeps who did what
public record Deeds(GatewayControl gateway, Predicate<CallId> hangUp, AuditLog audit) {}
