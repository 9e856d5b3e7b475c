package offhook.web;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import offhook.call.CallId;
import offhook.call.CallInbox;
import offhook.call.CallInput;

/// A call that only records what it is told.
final class RecordingInbox implements CallInbox {

    private final CallId id = CallId.next();
    private final BlockingQueue<CallInput> inputs = new LinkedBlockingQueue<>();

    @Override
    public CallId callId() {
        return id;
    }

    @Override
    public boolean offer(CallInput input) {
        return inputs.add(input);
    }

    /// The next input, which must be of this kind.
    <T extends CallInput> T expect(Class<T> kind) throws InterruptedException {
        CallInput input = inputs.poll(30, TimeUnit.SECONDS);
        assertThat(input).as("an input within 30 s").isInstanceOf(kind);
        return kind.cast(input);
    }

    void expectNothing() {
        assertThat(inputs).isEmpty();
    }
}
