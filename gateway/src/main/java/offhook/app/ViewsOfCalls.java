package offhook.app;

import java.util.function.Supplier;
import offhook.call.CallEnd;
import offhook.call.CallId;
import offhook.call.CallObserver;
import offhook.call.CallSnapshot;
import offhook.web.WebServer;

/// Tells the browser side which calls are over, so that it can forget how they sounded there. On
/// the calls' threads.
record ViewsOfCalls(WebServer web) implements CallObserver {

    @Override
    public void began(CallId id, Supplier<CallSnapshot> now) {}

    @Override
    public void ended(CallId id, CallEnd end) {
        web.callOver(id);
    }
}
