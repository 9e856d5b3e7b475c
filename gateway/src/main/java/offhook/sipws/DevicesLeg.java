package offhook.sipws;

import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Consumer;
import offhook.call.CallId;
import offhook.call.CallInbox;
import offhook.call.CallInput;
import offhook.call.Enclosed;
import offhook.call.EndCause;
import offhook.call.Leg;
import offhook.call.Party;
import offhook.call.Target;
import offhook.call.TransferReport;
import offhook.sdp.SessionDescription;
import org.jspecify.annotations.Nullable;

/// One leg of a call that rings at several kinds of devices of the same agent, each kind with a leg
/// of its own: the first that is answered is the leg from then on, the others end. That the agent
/// says no anywhere holds everywhere.
///
/// The legs report on threads of their own, the call speaks on its own; what they share is who won,
/// which is decided once.
final class DevicesLeg implements Leg {

    private static final int NOBODY = -1;

    /// It is over for all of them.
    private static final int OVER = -2;

    private final CallInbox call;
    private final AtomicReferenceArray<@Nullable Leg> kinds;
    private final AtomicInteger winner = new AtomicInteger(NOBODY);
    private final AtomicInteger left;

    /// Why the devices cannot be had that could have been.
    private final AtomicReference<@Nullable EndCause> latest = new AtomicReference<>();

    DevicesLeg(CallInbox call, int kinds) {
        this.call = call;
        this.kinds = new AtomicReferenceArray<>(kinds);
        this.left = new AtomicInteger(kinds);
    }

    /// A kind of devices rings, or has failed to by now.
    void rings(int kind, Leg leg) {
        kinds.set(kind, leg);
        int decided = winner.get();
        if (decided != NOBODY && decided != kind) {
            leg.end(EndCauses.answeredElsewhere());
        }
    }

    /// Where a kind reports.
    CallInbox inboxOf(int kind) {
        return new CallInbox() {
            @Override
            public CallId callId() {
                return call.callId();
            }

            @Override
            public boolean offer(CallInput input) {
                return onInput(kind, input);
            }
        };
    }

    private boolean onInput(int kind, CallInput input) {
        return switch (input) {
            case CallInput.LegAccepted accepted -> {
                if (!winner.compareAndSet(NOBODY, kind)) {
                    endOf(kind, EndCauses.answeredElsewhere());
                    yield true;
                }
                endOthers(kind, EndCauses.answeredElsewhere());
                yield call.offer(accepted);
            }
            case CallInput.LegEnded ended -> onEnded(kind, ended);
            case CallInput.OfferWanted wanted -> winner.get() != NOBODY || call.offer(wanted);
            case CallInput.LegAlerting alerting -> winner.get() != NOBODY || call.offer(alerting);
            default -> winner.get() == kind && call.offer(input);
        };
    }

    private boolean onEnded(int kind, CallInput.LegEnded ended) {
        if (winner.get() == kind) {
            return call.offer(ended);
        }
        EndCause cause = ended.cause();
        boolean said = cause.by() == EndCause.By.CALLEE;
        if (said && winner.compareAndSet(NOBODY, OVER)) {
            endOthers(kind, cause);
            return call.offer(ended);
        }
        if (!cause.reason().equals("offline")) {
            latest.set(cause);
        }
        if (left.decrementAndGet() == 0 && winner.compareAndSet(NOBODY, OVER)) {
            EndCause better = latest.get();
            return call.offer(new CallInput.LegEnded(ended.leg(), better == null ? cause : better));
        }
        return true;
    }

    private void endOthers(int but, EndCause cause) {
        for (int i = 0; i < kinds.length(); i++) {
            if (i != but) {
                endOf(i, cause);
            }
        }
    }

    private void endOf(int kind, EndCause cause) {
        Leg leg = kinds.get(kind);
        if (leg != null) {
            leg.end(cause);
        }
    }

    private void winner(Consumer<Leg> action) {
        int decided = winner.get();
        Leg leg = decided < 0 ? null : kinds.get(decided);
        if (leg != null) {
            action.accept(leg);
        }
    }

    // --- the call's thread

    /// For all that ring: who needs none takes no notice.
    @Override
    public void offered(SessionDescription local) {
        for (int i = 0; i < kinds.length(); i++) {
            Leg leg = kinds.get(i);
            if (leg != null) {
                leg.offered(local);
            }
        }
    }

    @Override
    public void alert(SessionDescription local) {
        winner(leg -> leg.alert(local));
    }

    @Override
    public void progress(SessionDescription local) {
        winner(leg -> leg.progress(local));
    }

    @Override
    public void answer(SessionDescription local) {
        winner(leg -> leg.answer(local));
    }

    @Override
    public void answeredWith(Map<String, String> headers) {
        winner(leg -> leg.answeredWith(headers));
    }

    @Override
    public void connected() {
        winner(Leg::connected);
    }

    @Override
    public void mediaMoved() {
        winner(Leg::mediaMoved);
    }

    @Override
    public void answerUpdate(SessionDescription local) {
        winner(leg -> leg.answerUpdate(local));
    }

    @Override
    public void refuseUpdate(EndCause cause) {
        winner(leg -> leg.refuseUpdate(cause));
    }

    @Override
    public void showDigit(char digit) {
        winner(leg -> leg.showDigit(digit));
    }

    @Override
    public boolean takesDigits() {
        int decided = winner.get();
        Leg leg = decided < 0 ? null : kinds.get(decided);
        return leg != null && leg.takesDigits();
    }

    @Override
    public void sendDigit(char digit, int durationMillis) {
        winner(leg -> leg.sendDigit(digit, durationMillis));
    }

    @Override
    public void end(EndCause cause) {
        winner.compareAndSet(NOBODY, OVER);
        endOthers(NOBODY, cause);
    }

    @Override
    public void transferring(TransferReport report) {
        winner(leg -> leg.transferring(report));
    }

    @Override
    public void holding(boolean mine, boolean theirs) {
        winner(leg -> leg.holding(mine, theirs));
    }

    @Override
    public void talksTo(Party party) {
        winner(leg -> leg.talksTo(party));
    }

    @Override
    public void refer(Target.Trunk target, Optional<Leg> replaced, Enclosed enclosed) {
        winner(leg -> leg.refer(target, replaced, enclosed));
    }
}
