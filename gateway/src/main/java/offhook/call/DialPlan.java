package offhook.call;

import java.util.Optional;

/// What called numbers mean, and which of them may go out. Any thread.
public interface DialPlan {

    /// The number that is meant, by which routes are looked up besides the one that was called.
    String meant(String called);

    /// Whether it is one of an emergency service: no limit holds for it, and it is dialled as it
    /// was called.
    boolean isEmergency(String called);

    /// Why a trunk is not asked for a number; empty: it is.
    ///
    /// @param called as the caller has it
    /// @param dialled as the trunk would be asked for it
    Optional<EndCause> refuses(String called, String dialled);

    /// Every number means itself and may go out.
    static DialPlan open() {
        return new DialPlan() {
            @Override
            public String meant(String called) {
                return called;
            }

            @Override
            public boolean isEmergency(String called) {
                return false;
            }

            @Override
            public Optional<EndCause> refuses(String called, String dialled) {
                return Optional.empty();
            }
        };
    }
}
