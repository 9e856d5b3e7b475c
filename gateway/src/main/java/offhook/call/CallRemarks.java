package offhook.call;

/// Is told what pages say of calls, during a call and after it. On the directory's thread: must not
/// throw, and should be quick.
public interface CallRemarks {

    /// An agent wrote a note to a call, in place of the one before.
    ///
    /// @param agent by its sign-in name
    /// @param text bounded, without control characters but line feeds; empty: no note any more
    void noted(CallId call, String agent, String text);

    /// A page's part in a call is over.
    ///
    /// @param last how the call sounded there, as the page said last
    void heard(LegId leg, BrowserView last);
}
