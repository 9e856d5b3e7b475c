package offhook.call;

import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import offhook.sdp.SessionDescription;
import org.jspecify.annotations.Nullable;

/// The signalling of a leg whose peer is a leg of another call: what one call tells it, the other
/// call hears of the other one. Its own methods are called on its call's thread, those that begin
/// with `on` on the thread of the other call.
final class TiedLeg implements Leg {

    private final LegId id;
    private final CallInbox call;

    /// Set once, before either call knows its leg.
    private @Nullable TiedLeg other;

    /// Whether the leg waits to be accepted, as one does that was rung.
    private final AtomicBoolean rings;

    private final AtomicBoolean over = new AtomicBoolean();

    /// Whether the call talks by this leg, so that it can hear who is at its other end.
    private volatile boolean up;

    /// Who that is, if the call was not told yet.
    private final AtomicReference<@Nullable Party> party = new AtomicReference<>();

    /// What the other call was told last of who holds; on the call's thread only.
    private boolean toldHeld;

    /// @param call to which it belongs
    /// @param rings whether it waits to be accepted
    TiedLeg(LegId id, CallInbox call, boolean rings) {
        this.id = id;
        this.call = call;
        this.rings = new AtomicBoolean(rings);
    }

    /// Ties two legs to each other.
    static void tie(TiedLeg one, TiedLeg two) {
        one.other = two;
        two.other = one;
    }

    private TiedLeg other() {
        TiedLeg tied = other;
        if (tied == null) {
            throw new IllegalStateException("leg " + id + " is not tied");
        }
        return tied;
    }

    // ---- what the call wants; on the call's thread

    @Override
    public void alert(SessionDescription local) {
        // The other call talks already: nobody waits for it to ring.
    }

    @Override
    public void progress(SessionDescription local) {
        // As above.
    }

    /// The leg has taken its place in the call.
    @Override
    public void answer(SessionDescription local) {
        up();
        other().onAccepted();
    }

    @Override
    public void connected() {
        up();
    }

    private void up() {
        up = true;
        tellParty();
    }

    @Override
    public void answerUpdate(SessionDescription local) {
        throw new IllegalStateException("a leg of another call renegotiates nothing");
    }

    @Override
    public void refuseUpdate(EndCause cause) {
        throw new IllegalStateException("a leg of another call renegotiates nothing");
    }

    @Override
    public void showDigit(char digit) {
        // It comes by sendDigit, too.
    }

    @Override
    public boolean takesDigits() {
        return true;
    }

    @Override
    public void sendDigit(char digit, int durationMillis) {
        other().onDigit(digit, durationMillis);
    }

    @Override
    public void end(EndCause cause) {
        if (over.compareAndSet(false, true)) {
            other().onGone(cause);
        }
    }

    @Override
    public void transferring(TransferReport report) {
        // The other call asks for no transfer by this leg.
    }

    /// Whoever is held in one call is held in the other.
    @Override
    public void holding(boolean mine, boolean theirs) {
        if (theirs != toldHeld) {
            toldHeld = theirs;
            other().onHold(theirs);
        }
    }

    @Override
    public void talksTo(Party now) {
        other().onParty(now);
    }

    /// The other call is asked for nothing: who waits there has a network of its own.
    @Override
    public void refer(Target.Trunk target, Optional<Leg> replaced, Enclosed enclosed) {
        call.offer(
                new CallInput.ReferOver(
                        id,
                        true,
                        EndCause.gateway("no-refer", 501, 79, "another call cannot be asked")));
    }

    // ---- what the other call does; on its thread

    private void onAccepted() {
        if (rings.compareAndSet(true, false)) {
            call.offer(new CallInput.LegAccepted(id, Optional.empty()));
        }
    }

    private void onDigit(char digit, int durationMillis) {
        call.offer(new CallInput.DigitReceived(id, digit, durationMillis, DigitPath.INFO));
    }

    private void onHold(boolean on) {
        call.offer(new CallInput.HoldChanged(id, new HoldSign.Requested(on)));
    }

    private void onParty(Party now) {
        party.set(now);
        tellParty();
    }

    private void tellParty() {
        if (up) {
            Party now = party.getAndSet(null);
            if (now != null) {
                call.offer(new CallInput.PartyKnown(id, now));
            }
        }
    }

    /// The other call is over, will not have the leg, or cannot be asked.
    void onGone(EndCause cause) {
        if (over.compareAndSet(false, true)) {
            call.offer(new CallInput.LegEnded(id, cause));
        }
    }
}
