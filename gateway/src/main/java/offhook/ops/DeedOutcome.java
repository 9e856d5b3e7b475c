package offhook.ops;

import offhook.telemetry.Deed;

/// How an operation of a bean tells what came of it to who records it: what operations return is
/// for consoles. Each thread has its own, from the operation to its record.
final class DeedOutcome {

    private static final ThreadLocal<String> TOLD = new ThreadLocal<>();

    private DeedOutcome() {}

    /// What the operation returns.
    static String words(Deed deed) {
        TOLD.set(deed.outcome());
        return deed.words();
    }

    /// What an operation returns that answers whether it did anything.
    ///
    /// @param why it did nothing, then
    static boolean done(boolean did, String why) {
        if (!did) {
            TOLD.set("failed: " + why);
        }
        return did;
    }

    /// What came of the operation that this thread has just done; `ok` where it says nothing.
    static String take() {
        String told = TOLD.get();
        TOLD.remove();
        return told == null ? "ok" : told;
    }
}
