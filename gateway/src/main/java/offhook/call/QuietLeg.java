package offhook.call;

import offhook.sdp.SessionDescription;

/// A leg behind which nobody is to be told anything, such as one that failed before it began: what
/// is not said otherwise is passed over.
public interface QuietLeg extends Leg {

    @Override
    default void alert(SessionDescription local) {}

    @Override
    default void progress(SessionDescription local) {}

    @Override
    default void answer(SessionDescription local) {}

    @Override
    default void connected() {}

    @Override
    default void answerUpdate(SessionDescription local) {}

    @Override
    default void refuseUpdate(EndCause cause) {}

    @Override
    default void showDigit(char digit) {}

    @Override
    default boolean takesDigits() {
        return false;
    }

    @Override
    default void sendDigit(char digit, int durationMillis) {}

    @Override
    default void end(EndCause cause) {}

    @Override
    default void transferring(TransferReport report) {}

    @Override
    default void holding(boolean mine, boolean theirs) {}

    @Override
    default void talksTo(Party party) {}
}
