package offhook.sip;

import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import offhook.call.CallId;
import offhook.call.CallInbox;
import offhook.call.CallInput;
import offhook.call.CallIntake;
import offhook.call.CallRefusedException;
import offhook.call.EndCause;
import offhook.call.IncomingCall;
import offhook.call.Leg;
import offhook.fault.Blame;
import offhook.fault.Verdict;

/// Takes every call, remembers it, and lets a test play the call's part. A call to the number
/// `full` is refused as a full gateway would, one to `defect` meets a defect.
final class RecordingIntake implements CallIntake {

    private static final long PATIENCE_MILLIS = 20_000;

    /// One call.
    static final class Call implements CallInbox {

        final CallId id;
        final IncomingCall incoming;
        final Leg leg;
        private final LinkedBlockingQueue<CallInput> inputs = new LinkedBlockingQueue<>();

        /// Done before each further input is taken, on the thread that brings it.
        volatile Runnable beforeInput = () -> {};

        Call(CallId id, IncomingCall incoming, Leg leg) {
            this.id = id;
            this.incoming = incoming;
            this.leg = leg;
        }

        @Override
        public CallId callId() {
            return id;
        }

        @Override
        public boolean offer(CallInput input) {
            beforeInput.run();
            return inputs.add(input);
        }

        /// The next input of the expected kind, which must be the very next one.
        <T extends CallInput> T next(Class<T> kind) {
            return next(kind, PATIENCE_MILLIS);
        }

        <T extends CallInput> T next(Class<T> kind, long millis) {
            try {
                CallInput input = inputs.poll(millis, TimeUnit.MILLISECONDS);
                if (!kind.isInstance(input)) {
                    throw new AssertionError("expected " + kind.getSimpleName() + ": " + input);
                }
                return kind.cast(input);
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        }

        boolean hasNoInput() {
            return inputs.isEmpty();
        }
    }

    private final ConcurrentHashMap<String, LinkedBlockingQueue<Call>> calls =
            new ConcurrentHashMap<>();
    private final List<Call> all = new CopyOnWriteArrayList<>();

    @Override
    public CallInbox open(CallId id, IncomingCall incoming, Leg origin)
            throws CallRefusedException {
        if (incoming.called().number().equals("full")) {
            throw new CallRefusedException(
                    new Verdict(503, 1013, Blame.GATEWAY), "no-place", "all lines are taken");
        }
        if (incoming.called().number().equals("defect")) {
            throw new IllegalStateException("a defect, as asked for");
        }
        Call call = new Call(id, incoming, origin);
        all.add(call);
        queue(incoming.externalId()).add(call);
        return call;
    }

    /// The call that an INVITE with this Call-ID opened.
    Call take(String sipCallId) {
        try {
            Call call = queue(sipCallId).poll(PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
            if (call == null) {
                throw new AssertionError("no call " + sipCallId);
            }
            return call;
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /// Ends every call that there was.
    void endAll() {
        all.forEach(call -> call.leg.end(EndCause.declined()));
    }

    long count(String sipCallId) {
        return all.stream().filter(c -> c.incoming.externalId().equals(sipCallId)).count();
    }

    private LinkedBlockingQueue<Call> queue(String sipCallId) {
        return calls.computeIfAbsent(sipCallId, c -> new LinkedBlockingQueue<>());
    }
}
