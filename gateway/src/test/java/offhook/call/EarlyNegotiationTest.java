package offhook.call;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import offhook.call.CallEffect.AcceptMedia;
import offhook.call.CallEffect.AnswerUpdate;
import offhook.call.CallEffect.RefuseUpdate;
import offhook.call.CallEffect.UpdateMedia;
import offhook.call.CallInput.LegConfirmed;
import offhook.call.CallInput.LegRenegotiating;
import offhook.call.CallInput.MediaDescribed;
import offhook.call.CallInput.MediaRefused;
import offhook.call.CallState.Ringing;
import offhook.call.CallState.Waiting;
import offhook.sdp.SessionDescription;
import org.testng.annotations.Test;

public class EarlyNegotiationTest {

    private static final CallId ID = new CallId("0123456789abcdef01234567");
    private static final LegId CALLER = new LegId(ID, 0);
    private static final LegId CALLEE = new LegId(ID, 1);
    private static final SessionDescription LOCAL = MachineRun.described("local");
    private static final SessionDescription OTHER = MachineRun.described("other");
    private static final EndCause NO = EndCause.gateway("media-refused", 488, 88, "");

    private final EarlyNegotiation early = new EarlyNegotiation(CALLER);

    @Test
    public void answerBeforeTheCallIsAnsweredReachesMedia() {
        assertThat(effects(new LegConfirmed(CALLER, Optional.of(OTHER)), false))
                .containsExactly(new AcceptMedia(CALLER, OTHER));
        assertThat(early.step(ringing(), new LegConfirmed(CALLER, Optional.empty()), false))
                .isEmpty();
    }

    @Test
    public void callersNewOfferIsAnsweredAndTheAnswerIsWhatTheCallerKnowsFromThen() {
        assertThat(effects(new LegRenegotiating(CALLER, Optional.of(OTHER)), false))
                .containsExactly(new UpdateMedia(CALLER, Optional.of(OTHER)));

        Transition answered =
                early.step(ringing(), new MediaDescribed(CALLER, OTHER), false).orElseThrow();

        assertThat(answered.effects()).containsExactly(new AnswerUpdate(CALLER, OTHER));
        assertThat(((Ringing) answered.next()).waiting().local()).isEqualTo(OTHER);
        assertThat(effects(new MediaRefused(CALLER, NO), false))
                .containsExactly(new RefuseUpdate(CALLER, NO));
    }

    @Test
    public void trunkThatRingsMayOfferAnewAndAnAgentMayNot() {
        assertThat(effects(new LegRenegotiating(CALLEE, Optional.of(OTHER)), true))
                .containsExactly(new UpdateMedia(CALLEE, Optional.of(OTHER)));
        assertThat(effects(new MediaDescribed(CALLEE, OTHER), true))
                .containsExactly(new AnswerUpdate(CALLEE, OTHER));
        assertThat(early.step(ringing(), new MediaDescribed(CALLEE, OTHER), false)).isEmpty();
    }

    private List<CallEffect> effects(CallInput input, boolean trunkRings) {
        return early.step(ringing(), input, trunkRings).orElseThrow().effects();
    }

    private static Ringing ringing() {
        return new Ringing(Waiting.of(LOCAL, false, 9), 0, Optional.empty(), CALLEE, false, 8);
    }
}
