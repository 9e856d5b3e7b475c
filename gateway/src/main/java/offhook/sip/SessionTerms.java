package offhook.sip;

import java.util.Optional;
import java.util.OptionalInt;
import offhook.config.TrunkConfig.SessionTimers;
import offhook.sip.TimerFields.Refresher;
import org.jspecify.annotations.Nullable;

/// What both sides of a dialog agree on for its session timer, in the transaction that says so (RFC
/// 4028). Pure.
///
/// @param intervalSeconds the session ends this long after its latest refresh
/// @param refresher who refreshes
/// @param required whether the peer knows timers and is held to them (§9: `Require: timer`)
record SessionTerms(int intervalSeconds, Refresher refresher, boolean required) {

    /// The least interval that we agree to, when a request asks for less (§9, 422). One that only a
    /// proxy asks for, on behalf of a caller that knows nothing of timers, is not refused: that
    /// caller could do nothing about it.
    static OptionalInt tooShort(TimerFields asked, SessionTimers ours) {
        boolean isLess =
                asked.supported()
                        && asked.expiresSeconds().isPresent()
                        && asked.expiresSeconds().getAsInt() < ours.minSeconds();
        return isLess ? OptionalInt.of(ours.minSeconds()) : OptionalInt.empty();
    }

    /// What our 2xx to an INVITE or UPDATE says (§9); nothing when there shall be no timer. What is
    /// asked for is agreed to, never raised. A later request that says nothing keeps what runs.
    ///
    /// @param asked what the request says, which is not [#tooShort]
    /// @param running what was agreed on before
    static Optional<SessionTerms> answer(
            TimerFields asked, SessionTimers ours, @Nullable SessionTimer running) {
        boolean theyAsk =
                asked.expiresSeconds().isPresent()
                        && asked.expiresSeconds().getAsInt() >= ours.minSeconds();
        int interval;
        Refresher fallback;
        if (theyAsk) {
            interval = asked.expiresSeconds().getAsInt();
            fallback = running != null && running.weRefresh() ? Refresher.UAS : Refresher.UAC;
        } else if (running != null) {
            interval = Math.max(running.intervalSeconds(), asked.minSeconds());
            fallback = running.weRefresh() ? Refresher.UAS : Refresher.UAC;
        } else if (ours.always() && ours.expiresSeconds() > 0) {
            interval = Math.max(ours.expiresSeconds(), asked.minSeconds());
            fallback = Refresher.UAS;
        } else {
            return Optional.empty();
        }
        Refresher refresher =
                asked.supported() ? asked.refresher().orElse(fallback) : Refresher.UAS;
        return Optional.of(new SessionTerms(interval, refresher, asked.supported()));
    }

    /// What a 2xx to our INVITE or UPDATE agrees to (§7.2); nothing when there is no timer. An
    /// interval below our minimum, which no answer may name, counts as our minimum.
    ///
    /// @param askedSeconds what we asked for, 0: nothing
    static Optional<SessionTerms> taken(TimerFields answer, SessionTimers ours, int askedSeconds) {
        if (answer.expiresSeconds().isPresent()) {
            int interval = Math.max(answer.expiresSeconds().getAsInt(), ours.minSeconds());
            return Optional.of(
                    new SessionTerms(interval, answer.refresher().orElse(Refresher.UAC), true));
        }
        return ours.always() && askedSeconds > 0
                ? Optional.of(new SessionTerms(askedSeconds, Refresher.UAC, false))
                : Optional.empty();
    }
}
