package offhook.call;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import offhook.sdp.SessionDescription;

/// The machine of one call, stepped by hand: its state, and what it did, in the last step and in
/// all.
class MachineRun {

    final CallMachine machine;
    final List<CallEffect> all = new ArrayList<>();
    List<CallEffect> effects = List.of();
    CallState state;
    long nowNanos = 5_000_000_000L;

    MachineRun(CallMachine machine) {
        this.machine = machine;
        took(machine.start(nowNanos));
    }

    /// A description that is told from others by its name.
    static SessionDescription described(String name) {
        return new SessionDescription(
                new SessionDescription.Origin("-", 1, 1, "192.0.2.1"),
                name,
                Optional.empty(),
                false,
                List.of(),
                List.of());
    }

    final List<CallEffect> step(CallInput input) {
        took(machine.step(state, input, nowNanos));
        return effects;
    }

    private void took(Transition transition) {
        state = transition.next();
        effects = transition.effects();
        all.addAll(effects);
    }

    final EndCause endCause() {
        assertThat(state).isInstanceOf(CallState.Ended.class);
        return ((CallState.Ended) state).cause();
    }
}
