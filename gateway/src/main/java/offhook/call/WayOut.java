package offhook.call;

/// By which trunk a call goes out, for those who are billed for it. Owned by the call.
///
/// Of a call that is made for somebody on a trunk it is the last one that was tried, also when none
/// took it; where it is led once somebody talked changes nothing of that. Of a call for others it
/// is the last one of whom it was led to.
final class WayOut {

    private String trunk = "";

    /// Whether the call was made for somebody there.
    private boolean own;

    /// The trunk's name; empty: none so far.
    String trunk() {
        return trunk;
    }

    /// Somebody there is about to be called.
    ///
    /// @param led whether somebody talked before
    void tried(String name, boolean led) {
        if (!(led && own)) {
            trunk = name;
            own = !led;
        }
    }
}
