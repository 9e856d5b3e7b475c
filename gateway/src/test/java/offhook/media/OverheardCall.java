package offhook.media;

import java.util.function.Predicate;
import offhook.call.CallId;
import offhook.call.CallInbox;
import offhook.call.CallInput;

/// A call of which tests hear what it is offered.
///
/// @param ears whether it takes that in
record OverheardCall(CallId callId, Predicate<CallInput> ears) implements CallInbox {

    /// One that takes in everything and does nothing.
    static OverheardCall silent(CallId id) {
        return new OverheardCall(id, _ -> true);
    }

    @Override
    public boolean offer(CallInput input) {
        return ears.test(input);
    }
}
