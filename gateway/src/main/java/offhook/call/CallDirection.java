package offhook.call;

/// Between whom a call goes.
public enum CallDirection {
    /// From a trunk to agents.
    IN,
    /// From an agent to a trunk.
    OUT,
    /// From an agent to agents.
    INTERNAL,
    /// From a trunk to a trunk.
    TRANSIT;

    /// What [CallSnapshot#source] says of calls that agents make.
    static final String WEB = "web";

    /// By where it came from and whom routing would try first. A call that routing knows nobody for
    /// counts as if it went to the other kind.
    static CallDirection of(String source, CallPlan plan) {
        boolean fromWeb = source.equals(WEB);
        if (plan.attempts().isEmpty()) {
            return of(source);
        }
        boolean toTrunk = plan.attempts().getFirst().target() instanceof Target.OnTrunk;
        if (fromWeb) {
            return toTrunk ? OUT : INTERNAL;
        }
        return toTrunk ? TRANSIT : IN;
    }

    /// Of a call that was not routed.
    static CallDirection of(String source) {
        return source.equals(WEB) ? OUT : IN;
    }
}
