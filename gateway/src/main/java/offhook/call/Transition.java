package offhook.call;

import java.util.List;

/// What a step of the machine decided.
///
/// @param next where the call stands now
/// @param effects what is to be done, in order
/// @param reason why, in a few words, for the log; empty when the input meant nothing here
record Transition(CallState next, List<CallEffect> effects, String reason) {

    Transition {
        effects = List.copyOf(effects);
    }

    /// The input means nothing in this state.
    static Transition ignored(CallState state) {
        return new Transition(state, List.of(), "");
    }

    boolean isIgnored() {
        return reason.isEmpty();
    }
}
