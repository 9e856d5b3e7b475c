package offhook.trace;

import java.util.Optional;
import offhook.call.CallId;

/// Keeps headers of media packets, of those calls that are wanted. Any thread.
public interface HeaderCapture {

    /// Keeps none.
    HeaderCapture NONE =
            new HeaderCapture() {
                @Override
                public void call(CallId call, boolean on) {}

                @Override
                public void trunk(String name, boolean on) {}

                @Override
                public void all(boolean on) {}

                @Override
                public Optional<HeaderTape> headers(CallId call) {
                    return Optional.empty();
                }
            };

    /// From now on, or not any more, of a call that lives.
    void call(CallId call, boolean on);

    /// Of calls by a trunk that begin from now on, or not of further ones.
    void trunk(String name, boolean on);

    /// Of all calls that begin from now on, or not of further ones.
    void all(boolean on);

    /// What is kept of a call that lives. Waits for its loop, so not for threads that must not.
    Optional<HeaderTape> headers(CallId call);
}
