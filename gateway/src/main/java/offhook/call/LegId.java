package offhook.call;

/// Identity of one leg of a call.
///
/// @param call the call it belongs to
/// @param index 0 for the leg that opened the call, counted up with each leg that is rung; from
///   1,000,000 for legs that took the place of others
public record LegId(CallId call, int index) {

    @Override
    public String toString() {
        return call + "/" + index;
    }
}
