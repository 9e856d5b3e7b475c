package offhook.web;

import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import offhook.call.CallId;
import offhook.call.CallInbox;
import offhook.call.CallInput;
import offhook.call.CallIntake;
import offhook.call.CallRefusedException;
import offhook.call.IncomingCall;
import offhook.call.Leg;
import offhook.fault.Blame;
import offhook.fault.Verdict;
import offhook.runtime.Await;

/// Takes the calls that pages dial, and lets a test play the call's part. A call to `503` is
/// refused as a full gateway would.
final class RecordingIntake implements CallIntake {

    /// One call.
    record Call(
            CallId callId, IncomingCall incoming, Leg leg, LinkedBlockingQueue<CallInput> inputs)
            implements CallInbox {

        @Override
        public boolean offer(CallInput input) {
            return inputs.add(input);
        }

        <T extends CallInput> T expect(Class<T> kind) throws InterruptedException {
            CallInput input = inputs.poll(Await.PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
            if (!kind.isInstance(input)) {
                throw new AssertionError("expected " + kind.getSimpleName() + ": " + input);
            }
            return kind.cast(input);
        }
    }

    private final LinkedBlockingQueue<Call> calls = new LinkedBlockingQueue<>();

    @Override
    public CallInbox open(CallId id, IncomingCall incoming, Leg origin)
            throws CallRefusedException {
        if (incoming.called().number().equals("503")) {
            throw new CallRefusedException(
                    new Verdict(503, 1013, Blame.GATEWAY), "no-place", "all lines are taken");
        }
        Call call = new Call(id, incoming, origin, new LinkedBlockingQueue<>());
        calls.add(call);
        return call;
    }

    Call take() throws InterruptedException {
        Call call = calls.poll(Await.PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
        if (call == null) {
            throw new AssertionError("no call was dialled");
        }
        return call;
    }
}
