package offhook.trace;

import offhook.call.CallId;

/// Is shown every message that passes. Any thread; never waits, never throws.
public interface MessageTap {

    /// Nobody looks.
    MessageTap NONE =
            new MessageTap() {
                @Override
                public void passed(Passed message) {}

                @Override
                public void belongs(String name, CallId call) {}
            };

    /// A message passed.
    void passed(Passed message);

    /// What names a conversation (of SIP its Call-ID) is known to be part of a call.
    void belongs(String name, CallId call);
}
