package offhook.call;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import offhook.call.CallEffect.AcceptMedia;
import offhook.call.CallEffect.AlertLeg;
import offhook.call.CallEffect.AnswerLeg;
import offhook.call.CallEffect.AnswerUpdate;
import offhook.call.CallEffect.ClaimAgent;
import offhook.call.CallEffect.CloseMedia;
import offhook.call.CallEffect.ConfirmClaim;
import offhook.call.CallEffect.EndLeg;
import offhook.call.CallEffect.JoinMedia;
import offhook.call.CallEffect.OpenMedia;
import offhook.call.CallEffect.RefuseUpdate;
import offhook.call.CallEffect.ReleaseClaim;
import offhook.call.CallEffect.ReturnClaim;
import offhook.call.CallEffect.RingTarget;
import offhook.call.CallEffect.SendDigit;
import offhook.call.CallEffect.ShowDigit;
import offhook.call.CallEffect.SignalDigit;
import offhook.call.CallEffect.TellConnected;
import offhook.call.CallEffect.UpdateMedia;
import offhook.call.CallEffect.WakeAt;
import offhook.call.CallInput.AgentClaimed;
import offhook.call.CallInput.AgentRefused;
import offhook.call.CallInput.DigitForSignalling;
import offhook.call.CallInput.DigitReceived;
import offhook.call.CallInput.EndRequested;
import offhook.call.CallInput.LegAccepted;
import offhook.call.CallInput.LegAlerting;
import offhook.call.CallInput.LegConfirmed;
import offhook.call.CallInput.LegEnded;
import offhook.call.CallInput.LegRenegotiating;
import offhook.call.CallInput.MediaConnected;
import offhook.call.CallInput.MediaDescribed;
import offhook.call.CallInput.MediaFailed;
import offhook.call.CallInput.MediaRefused;
import offhook.call.CallInput.OfferWanted;
import offhook.call.CallInput.Woken;
import offhook.sdp.Direction;
import offhook.sdp.MediaSection;
import offhook.sdp.SessionDescription;
import offhook.sdp.Setup;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

public class CallMachineTest {

    private static final long SECOND = 1_000_000_000L;
    private static final CallId ID = new CallId("0123456789abcdef01234567");
    private static final LegId CALLER = new LegId(ID, 0);
    private static final LegId FIRST = new LegId(ID, 1);
    private static final LegId SECOND_LEG = new LegId(ID, 2);
    private static final ClaimToken FIRST_TOKEN = new ClaimToken(ID, 0);
    private static final ClaimToken SECOND_TOKEN = new ClaimToken(ID, 1);
    private static final SessionDescription OFFER = MachineRun.described("offer");
    private static final SessionDescription LOCAL = MachineRun.described("local");
    private static final SessionDescription WEB_OFFER = MachineRun.described("web offer");
    private static final SessionDescription WEB_ANSWER = MachineRun.described("web answer");
    private static final EndCause HUNG_UP = EndCause.hangUp(EndCause.By.CALLER);

    @Test
    public void callerOfATrunkThatMakesNoRingingHearsOurs() {
        Run run = new Run(new MediaProfile.Trunk("pbx", true), "alice", "bob").ringing();

        assertThat(run.step(new LegAlerting(FIRST)))
                .containsExactly(
                        new CallEffect.TellProgress(CALLER, LOCAL),
                        new CallEffect.PlayMedia(CALLER, new Playback.Ringback()));
        run.step(new LegAccepted(FIRST, Optional.of(WEB_OFFER)));
        assertThat(run.all).doesNotContain(new CallEffect.StopMedia(CALLER));
        run.step(new MediaDescribed(FIRST, WEB_ANSWER));

        assertThat(run.step(new MediaConnected(FIRST)))
                .containsSubsequence(
                        new AnswerLeg(CALLER, LOCAL), new CallEffect.StopMedia(CALLER));
    }

    @Test
    public void callRunsFromInviteToHangUp() {
        Run run = new Run("alice");

        assertThat(run.effects)
                .contains(new OpenMedia(CALLER, trunk(), Optional.of(OFFER)))
                .hasAtLeastOneElementOfType(WakeAt.class);
        assertThat(run.step(new MediaDescribed(CALLER, LOCAL)))
                .containsExactly(new ClaimAgent("alice", FIRST_TOKEN));
        assertThat(run.step(new AgentClaimed("alice", FIRST_TOKEN)))
                .contains(new RingTarget(FIRST, new Target.Agent("alice"), Optional.empty()));
        assertThat(run.step(new LegAlerting(FIRST))).containsExactly(new AlertLeg(CALLER, LOCAL));
        assertThat(run.step(new LegAccepted(FIRST, Optional.of(WEB_OFFER))))
                .contains(
                        new ConfirmClaim(FIRST_TOKEN),
                        new OpenMedia(
                                FIRST,
                                new MediaProfile.Browser(CodecPreference.AUTO, Optional.of(CALLER)),
                                Optional.of(WEB_OFFER)));
        assertThat(run.step(new MediaDescribed(FIRST, WEB_ANSWER)))
                .containsExactly(new AnswerLeg(FIRST, WEB_ANSWER));
        assertThat(run.step(new MediaConnected(FIRST)))
                .startsWith(
                        new JoinMedia(CALLER, FIRST),
                        new AnswerLeg(CALLER, LOCAL),
                        new TellConnected(FIRST));
        assertThat(run.step(new LegEnded(CALLER, HUNG_UP)))
                .containsExactly(
                        new EndLeg(FIRST, HUNG_UP),
                        new CloseMedia(FIRST),
                        new ReleaseClaim(FIRST_TOKEN),
                        new EndLeg(CALLER, HUNG_UP),
                        new CloseMedia(CALLER));
        assertThat(run.state).isEqualTo(new CallState.Ended(HUNG_UP));
    }

    private static SessionDescription toBrowser() {
        return new SessionDescription(
                OFFER.origin(),
                "our offer",
                Optional.empty(),
                true,
                List.of(),
                List.of(
                        new MediaSection(
                                "audio",
                                7882,
                                "UDP/TLS/RTP/SAVPF",
                                List.of(),
                                List.of(),
                                Optional.empty(),
                                Direction.SENDRECV,
                                OptionalInt.empty(),
                                OptionalInt.empty(),
                                MediaSection.Rtcp.NONE,
                                MediaSection.Ice.NONE,
                                new MediaSection.Dtls(List.of(), Optional.of(Setup.ACTPASS)),
                                Optional.empty(),
                                List.of(),
                                List.of(),
                                Optional.empty())));
    }

    @Test
    public void agentWhoNeedsOurOfferGetsOneAndItsAnswerIsTaken() {
        Run run = new Run("alice").ringing();
        MediaProfile browser = new MediaProfile.Browser(CodecPreference.AUTO, Optional.of(CALLER));

        assertThat(run.step(new OfferWanted(FIRST)))
                .containsExactly(new OpenMedia(FIRST, browser, Optional.empty()));
        assertThat(run.step(new MediaDescribed(FIRST, toBrowser())))
                .containsExactly(new CallEffect.OfferLeg(FIRST, toBrowser()));
        assertThat(run.step(new LegAccepted(FIRST, Optional.of(WEB_ANSWER), true, Map.of())))
                .contains(new ConfirmClaim(FIRST_TOKEN), new AcceptMedia(FIRST, WEB_ANSWER));
        assertThat(run.step(new MediaConnected(FIRST)))
                .startsWith(new JoinMedia(CALLER, FIRST), new AnswerLeg(CALLER, LOCAL));
    }

    @Test
    public void pageThatAnswersFirstIsNotToldOfOurOffer() {
        Run run = new Run("alice").ringing();

        run.step(new OfferWanted(FIRST));
        run.step(new LegAccepted(FIRST, Optional.of(WEB_OFFER)));
        assertThat(run.step(new MediaDescribed(FIRST, toBrowser()))).isEmpty();
        assertThat(run.step(new MediaDescribed(FIRST, WEB_ANSWER)))
                .containsExactly(new AnswerLeg(FIRST, WEB_ANSWER));
        assertThat(run.step(new OfferWanted(FIRST))).isEmpty();
    }

    @Test
    public void callerIsNotAnsweredBeforeTheAgentsMediaStands() {
        Run run = new Run("alice").ringing();

        run.step(new LegAccepted(FIRST, Optional.of(WEB_OFFER)));
        run.step(new MediaDescribed(FIRST, WEB_ANSWER));

        assertThat(run.all).doesNotHaveAnyElementsOfTypes(JoinMedia.class);
        assertThat(run.all).doesNotContain(new AnswerLeg(CALLER, LOCAL));
    }

    @Test
    public void unroutableCallIsRefusedWith404() {
        Run run = new Run();

        assertThat(run.effects).hasSize(1);
        assertThat(run.effects.getFirst())
                .isInstanceOfSatisfying(
                        EndLeg.class, e -> assertThat(e.cause().sipCode()).isEqualTo(404));
    }

    @Test
    public void callerHears180OnceHoweverManyPagesRing() {
        Run run = new Run("alice").ringing();

        assertThat(run.step(new LegAlerting(FIRST))).containsExactly(new AlertLeg(CALLER, LOCAL));
        assertThat(run.step(new LegAlerting(FIRST))).isEmpty();
    }

    @DataProvider
    public static Object[][] waysATargetGivesUp() {
        EndCause lost = EndCause.gateway("agent-lost", 480, 20, "");
        return new Object[][] {
            {new LegEnded(FIRST, EndCause.declined())}, {new LegEnded(FIRST, lost)},
        };
    }

    @Test(dataProvider = "waysATargetGivesUp")
    public void nextTargetIsTriedWhenOneGivesUp(CallInput givesUp) {
        Run run = new Run("alice", "bob").ringing();

        assertThat(run.step(givesUp))
                .contains(
                        new CloseMedia(FIRST),
                        new ReturnClaim(FIRST_TOKEN, false),
                        new ClaimAgent("bob", SECOND_TOKEN));
        assertThat(run.step(new AgentClaimed("bob", SECOND_TOKEN)))
                .contains(new RingTarget(SECOND_LEG, new Target.Agent("bob"), Optional.empty()));
    }

    @Test
    public void lateWordOfATargetThatWasGivenUpEndsNothing() {
        Run run = new Run("alice", "bob").ringing();
        run.nowNanos += 21 * SECOND;
        run.step(new Woken());
        run.step(new AgentClaimed("bob", SECOND_TOKEN));
        CallState ringingBob = run.state;

        run.step(new LegEnded(FIRST, EndCause.declined()));
        run.step(new MediaFailed(FIRST, EndCause.declined()));

        assertThat(run.state).isEqualTo(ringingBob);
    }

    @Test
    public void lastTargetsRefusalIsWhatTheCallerGets() {
        Run run = new Run("alice").ringing();

        run.step(new LegEnded(FIRST, EndCause.declined()));

        assertThat(run.state).isEqualTo(new CallState.Ended(EndCause.declined()));
        assertThat(run.effects).contains(new EndLeg(CALLER, EndCause.declined()));
    }

    @Test
    public void callerGets480WhenNoAgentIsReachable() {
        Run run = new Run("alice", "bob");
        run.step(new MediaDescribed(CALLER, LOCAL));

        run.step(new AgentRefused("alice", FIRST_TOKEN, "offline"));
        run.step(new AgentRefused("bob", SECOND_TOKEN, "away"));

        assertThat(run.endCause().sipCode()).isEqualTo(480);
        assertThat(run.endCause().reason()).isEqualTo("agent-away");
    }

    @Test
    public void callerGets486WhenTheAgentTalks() {
        Run run = new Run("alice", "bob");
        run.step(new MediaDescribed(CALLER, LOCAL));

        run.step(new AgentRefused("alice", FIRST_TOKEN, "offline"));
        run.step(new AgentRefused("bob", SECOND_TOKEN, "busy"));

        assertThat(run.endCause().sipCode()).isEqualTo(486);
        assertThat(run.endCause().q850Cause()).isEqualTo(17);
        assertThat(run.endCause().reason()).isEqualTo("agent-busy");
    }

    @Test
    public void targetThatRingsTooLongIsGivenUp() {
        Run run = new Run("alice", "bob").ringing();

        run.nowNanos += 19 * SECOND;
        assertThat(run.step(new Woken())).isEmpty();
        run.nowNanos += 2 * SECOND;

        assertThat(run.step(new Woken())).contains(new ClaimAgent("bob", SECOND_TOKEN));
    }

    @Test
    public void callerWhoWaitsTooLongIsGivenUpWhateverTargetsAreLeft() {
        Run run = new Run("alice", "bob", "carol").ringing();
        run.nowNanos += 20 * SECOND;
        run.step(new Woken());
        run.step(new AgentClaimed("bob", SECOND_TOKEN));

        run.nowNanos += 11 * SECOND;
        run.step(new Woken());

        assertThat(run.endCause().reason()).isEqualTo("no-answer");
        assertThat(run.effects).contains(new ReturnClaim(SECOND_TOKEN, true));
    }

    @Test
    public void cancelWhileRingingStopsThePageAndFreesTheAgent() {
        Run run = new Run("alice").ringing();

        assertThat(run.step(new LegEnded(CALLER, EndCause.cancelled())))
                .contains(new EndLeg(FIRST, EndCause.cancelled()), new ReleaseClaim(FIRST_TOKEN));
    }

    @Test
    public void reservationThatComesAfterTheEndIsGivenBack() {
        Run run = new Run("alice");
        run.step(new MediaDescribed(CALLER, LOCAL));
        run.step(new LegEnded(CALLER, EndCause.cancelled()));

        assertThat(run.step(new AgentClaimed("alice", FIRST_TOKEN)))
                .containsExactly(new ReleaseClaim(FIRST_TOKEN));
    }

    @Test
    public void agentWhoseMediaNeverConnectsIsGivenUp() {
        Run run = new Run("alice").ringing();
        run.step(new LegAccepted(FIRST, Optional.of(WEB_OFFER)));

        run.nowNanos += 11 * SECOND;
        run.step(new Woken());

        assertThat(run.endCause().reason()).isEqualTo("media-timeout");
        assertThat(run.all).doesNotContain(new AnswerLeg(CALLER, LOCAL));
    }

    @Test
    public void callersMediaThatCannotBeServedRefusesTheCallBeforeAnybodyRings() {
        Run run = new Run("alice");
        EndCause refused = EndCause.gateway("media-refused", 488, 88, "no common codec");

        run.step(new MediaRefused(CALLER, refused));

        assertThat(run.endCause()).isEqualTo(refused);
        assertThat(run.all).doesNotHaveAnyElementsOfTypes(RingTarget.class, ClaimAgent.class);
    }

    @Test
    public void holdIsAnsweredOnItsOwnLegAndTheBrowserSeesNothing() {
        Run run = new Run("alice").active();

        assertThat(run.step(new LegRenegotiating(CALLER, Optional.of(OFFER))))
                .containsExactly(new UpdateMedia(CALLER, Optional.of(OFFER)));
        assertThat(run.step(new MediaDescribed(CALLER, LOCAL)))
                .containsExactly(new AnswerUpdate(CALLER, LOCAL));
    }

    @Test
    public void renegotiationThatCannotBeServedLeavesTheCallAsItWas() {
        Run run = new Run("alice").active();
        EndCause refused = EndCause.gateway("media-refused", 488, 88, "no common codec");
        CallState before = run.state;

        run.step(new LegRenegotiating(CALLER, Optional.of(OFFER)));

        assertThat(run.step(new MediaRefused(CALLER, refused)))
                .containsExactly(new RefuseUpdate(CALLER, refused));
        assertThat(run.state).isEqualTo(before);
    }

    @Test
    public void legIsToldThatItsMediaWentToAnotherConnection() {
        Run run = new Run("alice").active();

        assertThat(run.step(new MediaConnected(FIRST)))
                .containsExactly(new CallEffect.TellMoved(FIRST));
    }

    @Test
    public void answerInTheAckReachesMedia() {
        Run run = new Run("alice").active();

        assertThat(run.step(new LegConfirmed(CALLER, Optional.of(OFFER))))
                .containsExactly(new AcceptMedia(CALLER, OFFER));
    }

    @Test
    public void digitsGoToTheOtherLegInBothDirections() {
        Run run = new Run("alice").active();

        assertThat(run.step(new DigitReceived(CALLER, '5', 80, DigitPath.EVENTS)))
                .containsExactly(new SendDigit(FIRST, '5', 80), new ShowDigit(FIRST, '5'));
        assertThat(run.step(new DigitReceived(FIRST, '#', 120, DigitPath.EVENTS)))
                .containsExactly(new SendDigit(CALLER, '#', 120), new ShowDigit(CALLER, '#'));
    }

    @Test
    public void digitThatMediaCannotCarryIsSignalled() {
        Run run = new Run("alice").active();

        assertThat(run.step(new DigitForSignalling(CALLER, '5', 80)))
                .containsExactly(new SignalDigit(CALLER, '5', 80));
    }

    @DataProvider
    public static Object[][] waysAnAnsweredCallEnds() {
        EndCause consent = EndCause.gateway("consent-lost", 480, 41, "");
        return new Object[][] {
            {new LegEnded(CALLER, HUNG_UP), HUNG_UP},
            {new LegEnded(FIRST, HUNG_UP), HUNG_UP},
            {new MediaFailed(FIRST, consent), consent},
            {new EndRequested(consent), consent},
        };
    }

    @Test(dataProvider = "waysAnAnsweredCallEnds")
    public void bothLegsEndAndTheAgentIsFreeWhateverEndsTheCall(CallInput end, EndCause cause) {
        Run run = new Run("alice").active();

        assertThat(run.step(end))
                .containsExactlyInAnyOrder(
                        new EndLeg(CALLER, cause),
                        new EndLeg(FIRST, cause),
                        new CloseMedia(CALLER),
                        new CloseMedia(FIRST),
                        new ReleaseClaim(FIRST_TOKEN));
    }

    @Test
    public void longestCallIsEnded() {
        Run run = new Run("alice").active();

        run.nowNanos += 3600 * SECOND;
        run.step(new Woken());

        assertThat(run.endCause().reason()).isEqualTo("call-limit");
    }

    private static MediaProfile trunk() {
        return new MediaProfile.Trunk("pbx");
    }

    /// A machine, its state, and what it did: in the last step, and in all.
    private static final class Run extends MachineRun {

        Run(String... agents) {
            this(trunk(), agents);
        }

        Run(MediaProfile caller, String... agents) {
            List<CallPlan.Attempt> attempts =
                    List.of(agents).stream()
                            .map(a -> new CallPlan.Attempt(new Target.Agent(a), 20 * SECOND))
                            .toList();
            super(
                    new CallMachine(
                            ID,
                            new IncomingCall(
                                    "pbx",
                                    new Party("+34911000001", "Ann"),
                                    new Party("200", ""),
                                    caller,
                                    Optional.of(OFFER),
                                    "x@pbx"),
                            new CallPlan(attempts, CodecPreference.AUTO, List.of()),
                            new CallRoutes(List.of()),
                            new CallLimits(30 * SECOND, 10 * SECOND, 3600 * SECOND)));
        }

        Run ringing() {
            step(new MediaDescribed(CALLER, LOCAL));
            step(new AgentClaimed("alice", FIRST_TOKEN));
            return this;
        }

        Run active() {
            ringing();
            step(new LegAccepted(FIRST, Optional.of(WEB_OFFER)));
            step(new MediaDescribed(FIRST, WEB_ANSWER));
            step(new MediaConnected(FIRST));
            return this;
        }
    }
}
