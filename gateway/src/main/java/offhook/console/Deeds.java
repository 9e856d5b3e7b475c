package offhook.console;

import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;
import offhook.call.CallId;
import offhook.ops.GatewayControl;
import offhook.telemetry.AuditLog;
import offhook.telemetry.Deed;

/// What operators can do at the page, besides to the gateway as a whole. For any thread that may
/// wait.
///
/// @param gateway what is done to the whole
/// @param hangUp ends a call; false when it is over already
/// @param box packs all that is known of a call into a zip archive; throws
///   [IllegalArgumentException], saying why, when that cannot be done
/// @param signOut ends the sign-ins of an agent, and says what was done; empty when there is none
///   of that name
/// @param queues what is done to queues and who waits in them
/// @param audit keeps who did what
public record Deeds(
        GatewayControl gateway,
        Predicate<CallId> hangUp,
        Function<CallId, byte[]> box,
        Function<String, Optional<Deed>> signOut,
        Queues queues,
        AuditLog audit) {

    /// What is done to queues. Throws [IllegalStateException], saying why, while they have too much
    /// to do.
    public interface Queues {

        /// Lets nobody wait in a queue any more, or lets callers wait again.
        ///
        /// @return false when there is none of that name
        boolean close(String queue, boolean wanted);

        /// Has a caller who waits go on to what follows its queue.
        ///
        /// @return false when it waits in none, or an agent rings for it
        boolean sendOn(CallId call);
    }
}
