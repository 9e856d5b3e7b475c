package offhook.call;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.Optional;
import java.util.Queue;
import offhook.sdp.SessionDescription;
import org.testng.annotations.Test;

/// What two calls that are tied tell each other.
public class TiesTest {

    private static final Party ANN = new Party("+34911000001", "Ann");
    private static final EndCause GONE = EndCause.hangUp(EndCause.By.CALLEE);

    /// A call that hears.
    private static final class Ear implements CallInbox {
        final CallId id = CallId.next();
        final Queue<CallInput> heard = new ArrayDeque<>();
        boolean full;

        @Override
        public CallId callId() {
            return id;
        }

        @Override
        public boolean offer(CallInput input) {
            return !full && heard.add(input);
        }
    }

    private final Ear one = new Ear();
    private final Ear other = new Ear();
    private final LegId asks = new LegId(one.id, 2);
    private final LegId replaced = new LegId(other.id, 0);

    private Leg ring(boolean lives) {
        one.heard.clear();
        other.heard.clear();
        LegFactory nobody =
                (_, target, _, _, _) -> {
                    throw new AssertionError(target);
                };
        IncomingCall shown =
                new IncomingCall(
                        "pbx",
                        ANN,
                        new Party("300", ""),
                        new MediaProfile.Trunk("pbx"),
                        Optional.empty(),
                        "x");
        return new Ties(
                        nobody,
                        id -> lives && id.equals(other.id) ? Optional.of(other) : Optional.empty())
                .ring(asks, new Target.InCall(replaced, "300"), shown, Optional.empty(), one);
    }

    private CallInput.LegReplacing replacing() {
        return (CallInput.LegReplacing) other.heard.remove();
    }

    @Test
    public void otherCallLetsGoAndBothHearOfEachOther() {
        Leg near = ring(true);
        CallInput.LegReplacing replacing = replacing();
        assertThat(replacing.old()).isEqualTo(replaced);
        assertThat(replacing.caller()).isEqualTo(ANN);
        assertThat(replacing.media()).isEqualTo(new MediaProfile.Tie(asks, false));
        Leg far = replacing.leg();
        LegId farId = replacing.arriving();
        assertThat(farId.call()).isEqualTo(other.id);

        far.talksTo(new Party("301", "Maria"));
        far.answer(nothing());
        assertThat(one.heard.remove()).isEqualTo(new CallInput.LegAccepted(asks, Optional.empty()));
        assertThat(one.heard).isEmpty();
        near.connected();
        assertThat(one.heard.remove())
                .isEqualTo(new CallInput.PartyKnown(asks, new Party("301", "Maria")));

        near.sendDigit('7', 100);
        assertThat(other.heard.remove())
                .isEqualTo(new CallInput.DigitReceived(farId, '7', 100, DigitPath.INFO));
        near.holding(true, false);
        assertThat(other.heard).isEmpty();
        near.holding(true, true);
        near.holding(false, true);
        near.holding(false, false);
        assertThat(other.heard.remove())
                .isEqualTo(new CallInput.HoldChanged(farId, new HoldSign.Requested(true)));
        assertThat(other.heard.remove())
                .isEqualTo(new CallInput.HoldChanged(farId, new HoldSign.Requested(false)));
        far.refer(new Target.Trunk("pbx", "1"), Optional.empty(), Enclosed.NOTHING);
        assertThat(((CallInput.ReferOver) other.heard.remove()).refused()).isTrue();

        far.end(GONE);
        assertThat(one.heard.remove()).isEqualTo(new CallInput.LegEnded(asks, GONE));
        near.end(GONE);
        far.end(GONE);
        assertThat(one.heard).isEmpty();
        assertThat(other.heard).isEmpty();
    }

    @Test
    public void otherCallThatDoesNotLetGoEndsTheLeg() {
        ring(true);
        replacing().leg().end(TransferEnds.notNow());

        assertThat(one.heard).containsExactly(new CallInput.LegEnded(asks, TransferEnds.notNow()));
    }

    @Test
    public void callThatIsOverOrFullEndsTheLeg() {
        ring(false);
        assertThat(((CallInput.LegEnded) one.heard.remove()).cause().sipCode()).isEqualTo(481);
        other.full = true;
        ring(true);
        assertThat(((CallInput.LegEnded) one.heard.remove()).cause().sipCode()).isEqualTo(503);
        other.full = false;
    }

    private static SessionDescription nothing() {
        return new SessionDescription(
                new SessionDescription.Origin("-", 0, 0, "h"),
                "-",
                Optional.empty(),
                false,
                java.util.List.of(),
                java.util.List.of());
    }
}
