package offhook.sip;

import java.time.Duration;
import java.util.random.RandomGenerator;

/// What an outbound registration does next (RFC 3261 §10.2): a pure function of what the registrar
/// said. It sends nothing and knows no clock; who drives it does as the returned step says. Touched
/// by one thread.
///
/// ```text
/// UNREGISTERED -> REGISTERING -> REGISTERED -> (refresh) REGISTERING ...
///                      \-> REFUSED, FAILING -> (back-off) REGISTERING
/// ```
final class Registration {

    /// How it stands with the registrar.
    enum State {
        UNREGISTERED,
        /// A REGISTER is on its way.
        REGISTERING,
        REGISTERED,
        /// The registrar does not want us: wrong credentials, unknown user.
        REFUSED,
        /// The registrar cannot be reached, or is in trouble.
        FAILING
    }

    /// What to do.
    sealed interface Step {

        /// REGISTER with this lifetime; 0 unregisters.
        record Send(int expiresSeconds) implements Step {}

        /// Come back with [#onDue] after that time.
        record Wait(Duration time) implements Step {}

        /// Nothing more.
        record Rest() implements Step {}
    }

    private static final double FIRST_BACK_OFF_SECONDS = 5;
    private static final double LAST_BACK_OFF_SECONDS = 300;

    /// No registrar is believed that it keeps us for more than a day.
    private static final int MAX_EXPIRES_SECONDS = 86_400;

    private final RandomGenerator random;
    private int expiresSeconds;
    private State state = State.UNREGISTERED;
    private int failures;
    private boolean tooBrief;
    private boolean stopping;

    /// @param expiresSeconds how long to ask for
    Registration(int expiresSeconds, RandomGenerator random) {
        this.expiresSeconds = expiresSeconds;
        this.random = random;
    }

    State state() {
        return state;
    }

    /// The start, or the end of a wait.
    Step onDue() {
        if (stopping) {
            return new Step.Rest();
        }
        state = State.REGISTERING;
        return new Step.Send(expiresSeconds);
    }

    /// 200: registered for that long, or unregistered.
    Step onGranted(int grantedSeconds) {
        if (stopping) {
            state = State.UNREGISTERED;
            return new Step.Rest();
        }
        failures = 0;
        tooBrief = false;
        state = State.REGISTERED;
        // Before it ends, and not all trunks in the same instant.
        double share = 0.8 + 0.1 * random.nextDouble();
        return wait(Math.max(1, Math.min(grantedSeconds, MAX_EXPIRES_SECONDS) * share));
    }

    /// 423 (RFC 3261 §10.2.8): asks again, for as long as the registrar wants; once.
    Step onTooBrief(int minExpiresSeconds) {
        if (stopping
                || tooBrief
                || minExpiresSeconds <= expiresSeconds
                || minExpiresSeconds > MAX_EXPIRES_SECONDS) {
            return onRefused();
        }
        tooBrief = true;
        expiresSeconds = minExpiresSeconds;
        return new Step.Send(expiresSeconds);
    }

    /// The registrar said no. It is asked again at the slowest pace: somebody may open the account.
    Step onRefused() {
        if (stopping) {
            return ended();
        }
        state = State.REFUSED;
        tooBrief = false;
        return wait(jittered(LAST_BACK_OFF_SECONDS));
    }

    /// No answer, or one that says that another time may do. RFC 5626 §4.5: twice as long each
    /// time, between half and all of it.
    Step onFailed() {
        if (stopping) {
            return ended();
        }
        state = State.FAILING;
        tooBrief = false;
        double longest =
                Math.min(
                        LAST_BACK_OFF_SECONDS,
                        FIRST_BACK_OFF_SECONDS * Math.pow(2, Math.min(failures, 10)));
        failures++;
        return wait(jittered(longest));
    }

    /// The gateway stops.
    ///
    /// @param bound whether the registrar may still know us
    Step onStop(boolean bound) {
        stopping = true;
        return bound ? new Step.Send(0) : ended();
    }

    private Step ended() {
        state = State.UNREGISTERED;
        return new Step.Rest();
    }

    private double jittered(double seconds) {
        return seconds * (0.5 + 0.5 * random.nextDouble());
    }

    private static Step wait(double seconds) {
        return new Step.Wait(Duration.ofMillis(Math.round(seconds * 1000)));
    }
}
