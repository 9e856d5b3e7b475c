package offhook.call;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import offhook.call.CallEffect.AcceptMedia;
import offhook.call.CallEffect.AnswerLeg;
import offhook.call.CallEffect.ClaimAgent;
import offhook.call.CallEffect.CloseMedia;
import offhook.call.CallEffect.ConfirmClaim;
import offhook.call.CallEffect.EndLeg;
import offhook.call.CallEffect.JoinMedia;
import offhook.call.CallEffect.OpenMedia;
import offhook.call.CallEffect.PartMedia;
import offhook.call.CallEffect.PlayMedia;
import offhook.call.CallEffect.ReferLeg;
import offhook.call.CallEffect.ReleaseClaim;
import offhook.call.CallEffect.RingThird;
import offhook.call.CallEffect.SendDigit;
import offhook.call.CallEffect.StopMedia;
import offhook.call.CallEffect.TellConnected;
import offhook.call.CallEffect.TellParty;
import offhook.call.CallEffect.TellTransfer;
import offhook.call.CallInput.AgentClaimed;
import offhook.call.CallInput.AgentRefused;
import offhook.call.CallInput.DigitReceived;
import offhook.call.CallInput.EndRequested;
import offhook.call.CallInput.LegAccepted;
import offhook.call.CallInput.LegAlerting;
import offhook.call.CallInput.LegEnded;
import offhook.call.CallInput.LegProgressing;
import offhook.call.CallInput.MediaConnected;
import offhook.call.CallInput.MediaDescribed;
import offhook.call.CallInput.MediaFailed;
import offhook.call.CallInput.ReferOver;
import offhook.call.CallInput.ReferRings;
import offhook.call.CallInput.ReferTaken;
import offhook.call.CallInput.TransferCancelled;
import offhook.call.CallInput.TransferCompleted;
import offhook.call.CallInput.TransferRequested;
import offhook.call.CallInput.Woken;
import offhook.sdp.SessionDescription;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

/// A caller of a trunk talks to alice, who leads it on: to bob, or to a number.
public class TransferMachineTest {

    private static final long SECOND = 1_000_000_000L;
    private static final CallId ID = new CallId("0123456789abcdef01234567");
    private static final LegId CALLER = new LegId(ID, 0);
    private static final LegId ALICE = new LegId(ID, 1);
    private static final LegId THIRD = new LegId(ID, 2);
    private static final LegId FOURTH = new LegId(ID, 3);
    private static final LegId ELSEWHERE = new LegId(new CallId("ffffffffffffffffffffffff"), 0);
    private static final ClaimToken ALICES = new ClaimToken(ID, 0);
    private static final ClaimToken BOBS = new ClaimToken(ID, 2);
    private static final SessionDescription SDP = description("any");
    private static final Party ANN = new Party("+34911000001", "Ann");
    private static final Party BY_ALICE = new Party("200", "Alice");
    private static final EndCause BUSY = EndCause.gateway("busy", 486, 17, "");
    private static final EndCause GONE = EndCause.hangUp(EndCause.By.CALLER);
    private static final ReplacedDialog DIALOG = new ReplacedDialog("a@b", "c", "d", false);
    private static final Target.Trunk NUMBER = new Target.Trunk("pbx", "0700");

    @Test
    public void agentTakesOverACallerBlindly() {
        Run run = new Run();

        assertThat(run.transfer(false, "agent:bob"))
                .startsWith(
                        new PartMedia(CALLER),
                        new PlayMedia(CALLER, new Playback.Music()),
                        new TellTransfer(ALICE, new TransferReport.Trying()),
                        new ClaimAgent("bob", BOBS));
        assertThat(run.step(new AgentClaimed("bob", BOBS)))
                .contains(
                        new RingThird(
                                THIRD,
                                new Target.Agent("bob"),
                                ANN,
                                asked(false, "agent:bob"),
                                Optional.empty()));
        assertThat(run.step(new LegAlerting(THIRD)))
                .containsExactly(
                        new PlayMedia(CALLER, new Playback.Ringback()),
                        new TellTransfer(ALICE, new TransferReport.Ringing()));
        assertThat(run.step(new LegAccepted(THIRD, Optional.of(SDP))))
                .contains(new ConfirmClaim(BOBS));
        assertThat(run.step(new MediaDescribed(THIRD, SDP)))
                .containsExactly(new AnswerLeg(THIRD, SDP));
        assertThat(run.all).doesNotContain(new EndLeg(ALICE, transferred()));
        assertThat(run.step(new MediaConnected(THIRD)))
                .containsSubsequence(
                        new JoinMedia(CALLER, THIRD),
                        new TellParty(THIRD, ANN),
                        new TellTransfer(ALICE, new TransferReport.Done()),
                        new EndLeg(ALICE, transferred()),
                        new CloseMedia(ALICE),
                        new ReleaseClaim(ALICES));
        assertThat(run.step(new LegEnded(CALLER, GONE)))
                .containsExactlyInAnyOrder(
                        new EndLeg(THIRD, GONE),
                        new CloseMedia(THIRD),
                        new ReleaseClaim(BOBS),
                        new EndLeg(CALLER, GONE),
                        new CloseMedia(CALLER));
    }

    @DataProvider
    public static Object[][] waysATransferFails() {
        return new Object[][] {
            {false, new AgentRefused("bob", BOBS, "busy"), "agent-busy"},
            {false, new LegEnded(THIRD, EndCause.declined()), "declined"},
            {true, new LegEnded(THIRD, EndCause.declined()), "declined"},
            {true, new MediaFailed(THIRD, EndCause.mediaTimeout()), "media-timeout"},
            {false, new TransferCancelled(ALICE), "cancelled"},
            {true, new TransferCancelled(ALICE), "cancelled"},
        };
    }

    @Test(dataProvider = "waysATransferFails")
    public void callerReturnsToTheTransferor(boolean consult, CallInput failure, String reason) {
        Run run = new Run();
        run.transfer(consult, "agent:bob");
        if (!(failure instanceof AgentRefused)) {
            run.step(new AgentClaimed("bob", BOBS));
        }

        assertThat(run.step(failure))
                .contains(new ReleaseClaim(BOBS), new JoinMedia(ALICE, CALLER))
                .doesNotContain(new ReleaseClaim(ALICES));
        assertThat(run.report())
                .isInstanceOfSatisfying(
                        TransferReport.Failed.class,
                        failed -> assertThat(failed.cause().reason()).isEqualTo(reason));
        assertThat(run.state).isInstanceOf(CallState.Active.class);
    }

    @Test
    public void nobodyAnswersAndTheCallerReturns() {
        Run run = new Run();
        run.transfer(false, "agent:bob");
        run.step(new AgentClaimed("bob", BOBS));

        run.nowNanos += 40 * SECOND;
        assertThat(run.step(new Woken()))
                .contains(new CloseMedia(THIRD), new ReleaseClaim(BOBS))
                .contains(new JoinMedia(ALICE, CALLER));
        // A second transfer uses legs and reservations of its own.
        run.transfer(false, "agent:carol");
        assertThat(run.effects).contains(new ClaimAgent("carol", new ClaimToken(ID, 3)));
    }

    @Test
    public void consultationThenCompletion() {
        Run run = new Run().consulting();

        assertThat(run.effects)
                .contains(
                        new JoinMedia(ALICE, THIRD),
                        new TellTransfer(ALICE, new TransferReport.Consulting()));
        assertThat(run.all)
                .contains(
                        new RingThird(
                                THIRD,
                                new Target.Agent("bob"),
                                BY_ALICE,
                                asked(true, "agent:bob"),
                                Optional.empty()));
        assertThat(run.step(new TransferCompleted(ALICE)))
                .startsWith(
                        new StopMedia(CALLER),
                        new JoinMedia(CALLER, THIRD),
                        new TellParty(THIRD, ANN))
                .contains(new EndLeg(ALICE, transferred()), new ReleaseClaim(ALICES))
                .doesNotContain(new ReleaseClaim(BOBS));
        assertThat(run.state).isInstanceOf(CallState.Active.class);
    }

    @Test
    public void keysGoToWhomTheirSenderHears() {
        Run run = new Run().consulting();

        assertThat(run.step(new DigitReceived(THIRD, '1', 100, DigitPath.EVENTS)))
                .contains(new SendDigit(ALICE, '1', 100));
        assertThat(run.step(new DigitReceived(ALICE, '2', 100, DigitPath.EVENTS)))
                .contains(new SendDigit(THIRD, '2', 100));
        assertThat(run.step(new DigitReceived(CALLER, '3', 100, DigitPath.EVENTS))).isEmpty();
    }

    @DataProvider
    public static Object[][] waysAConsultationFails() {
        return new Object[][] {
            {new LegEnded(THIRD, EndCause.hangUp(EndCause.By.CALLEE))},
            {new MediaFailed(THIRD, EndCause.mediaTimeout())},
            {new TransferCancelled(ALICE)},
        };
    }

    @Test(dataProvider = "waysAConsultationFails")
    public void consultationEndsWithTheCallerBack(CallInput end) {
        Run run = new Run().consulting();

        assertThat(run.step(end))
                .contains(
                        new CloseMedia(THIRD),
                        new ReleaseClaim(BOBS),
                        new JoinMedia(ALICE, CALLER));
        assertThat(run.state).isInstanceOf(CallState.Active.class);
    }

    @Test
    public void callerWhoHangsUpLeavesTheOthersToTalk() {
        Run run = new Run().consulting();

        assertThat(run.step(new LegEnded(CALLER, GONE)))
                .contains(new CloseMedia(CALLER), new TellParty(ALICE, new Party("bob", "")))
                .doesNotHaveAnyElementsOfTypes(ReleaseClaim.class);
        assertThat(run.step(new LegEnded(ALICE, EndCause.hangUp(EndCause.By.CALLEE))))
                .contains(new ReleaseClaim(ALICES), new ReleaseClaim(BOBS), new CloseMedia(THIRD));
    }

    @Test
    public void callerWhoHangsUpWhileItRingsEndsAll() {
        Run run = new Run();
        run.transfer(true, "agent:bob");
        run.step(new AgentClaimed("bob", BOBS));

        assertThat(run.step(new LegEnded(CALLER, GONE)))
                .contains(
                        new EndLeg(THIRD, GONE),
                        new ReleaseClaim(BOBS),
                        new EndLeg(ALICE, GONE),
                        new ReleaseClaim(ALICES),
                        new CloseMedia(CALLER));
        assertThat(run.state).isEqualTo(new CallState.Ended(GONE));
    }

    @Test
    public void transferorWhoHangsUpCompletesTheConsultation() {
        Run run = new Run().consulting();

        assertThat(run.step(new LegEnded(ALICE, EndCause.hangUp(EndCause.By.CALLEE))))
                .contains(new ReleaseClaim(ALICES), new JoinMedia(CALLER, THIRD));
        assertThat(run.state).isInstanceOf(CallState.Active.class);
    }

    @Test
    public void transferorWhoHangsUpWhileItRingsLeavesTheTransferRunning() {
        Run run = new Run();
        run.transfer(true, "agent:bob");
        run.step(new AgentClaimed("bob", BOBS));
        run.step(new LegEnded(ALICE, EndCause.hangUp(EndCause.By.CALLEE)));
        run.step(new LegAccepted(THIRD, Optional.of(SDP)));
        run.step(new MediaDescribed(THIRD, SDP));

        assertThat(run.step(new MediaConnected(THIRD))).contains(new JoinMedia(CALLER, THIRD));
        assertThat(run.state).isInstanceOf(CallState.Active.class);
    }

    @Test
    public void failureWithoutTransferorEndsTheCallWithItsReason() {
        Run run = new Run();
        run.transfer(false, "agent:bob");
        run.step(new AgentClaimed("bob", BOBS));
        run.step(new LegEnded(ALICE, EndCause.hangUp(EndCause.By.CALLEE)));

        run.step(new LegEnded(THIRD, EndCause.declined()));
        assertThat(run.state).isEqualTo(new CallState.Ended(EndCause.declined()));
    }

    @Test
    public void numberIsReachedByTheRoutesOfAgents() {
        Run run = new Run();
        run.transfer(false, "700");

        assertThat(run.effects)
                .contains(new ReferLeg(CALLER, NUMBER, Optional.empty(), Enclosed.NOTHING));
        assertThat(run.step(refused(501)))
                .contains(new OpenMedia(THIRD, new MediaProfile.Trunk("pbx"), Optional.empty()));
        run.step(new MediaDescribed(THIRD, SDP));
        assertThat(run.step(new LegProgressing(THIRD, SDP))).contains(new JoinMedia(CALLER, THIRD));
        assertThat(run.step(new LegAccepted(THIRD, Optional.empty())))
                .contains(new EndLeg(ALICE, transferred()));
        assertThat(run.state).isInstanceOf(CallState.Active.class);
    }

    @Test
    public void whatIsEnclosedGoesToTheNetworkAndToTheTarget() {
        Run run = new Run();
        TransferOrder order =
                new TransferOrder(
                        false,
                        "web",
                        "700",
                        BY_ALICE,
                        Optional.empty(),
                        Enclosed.of(Map.of("X-Case", "4711")));

        run.step(new TransferRequested(ALICE, order));
        assertThat(run.effects)
                .contains(new ReferLeg(CALLER, NUMBER, Optional.empty(), order.enclosed()));
        run.step(refused(501));
        assertThat(run.step(new MediaDescribed(THIRD, SDP)))
                .contains(new RingThird(THIRD, NUMBER, ANN, order, Optional.of(SDP)));
    }

    @Test
    public void busyNumberReturnsTheCaller() {
        Run run = new Run();
        run.transfer(false, "700");
        run.step(refused(501));
        run.step(new MediaDescribed(THIRD, SDP));

        assertThat(run.step(new LegEnded(THIRD, BUSY)))
                .contains(new CloseMedia(THIRD), new JoinMedia(ALICE, CALLER));
        assertThat(run.report()).isEqualTo(new TransferReport.Failed(BUSY));
    }

    @Test
    public void numberWithoutRouteIsRefused() {
        Run run = new Run();

        assertThat(run.transfer(false, "900")).hasSize(1);
        assertThat(run.report()).isInstanceOf(TransferReport.Refused.class);
        assertThat(run.state).isInstanceOf(CallState.Active.class);
    }

    @Test
    public void agentsByNameAreNotForTrunks() {
        Run run = new Run();

        run.step(new TransferRequested(CALLER, new TransferOrder(false, "pbx", "agent:bob", ANN)));
        assertThat(run.report()).isInstanceOf(TransferReport.Refused.class);
    }

    @Test
    public void trunkLeadsTheAgentIntoACallOfItsOwn() {
        Run run = new Run();

        assertThat(run.takeover("900", true))
                .startsWith(new PartMedia(ALICE), new PlayMedia(ALICE, new Playback.Music()))
                .contains(new OpenMedia(THIRD, new MediaProfile.Trunk("pbx"), Optional.empty()))
                .doesNotHaveAnyElementsOfTypes(ReferLeg.class);
        assertThat(run.step(new MediaDescribed(THIRD, SDP)))
                .contains(
                        new RingThird(
                                THIRD,
                                new Target.Dialog("pbx", "900", DIALOG),
                                new Party("alice", ""),
                                taking("900", true),
                                Optional.of(SDP)));
        assertThat(run.step(new LegAccepted(THIRD, Optional.of(SDP))))
                .containsSubsequence(
                        new AcceptMedia(THIRD, SDP),
                        new JoinMedia(ALICE, THIRD),
                        new TellTransfer(CALLER, new TransferReport.Done()),
                        new EndLeg(CALLER, EndCause.transferred(EndCause.By.CALLER)));
        assertThat(run.step(new LegEnded(THIRD, GONE)))
                .contains(new EndLeg(ALICE, GONE), new ReleaseClaim(ALICES));
    }

    @Test
    public void callThatIsNotThereGivesTheAgentBackToTheTrunk() {
        Run run = new Run();
        run.takeover("900", true);
        run.step(new MediaDescribed(THIRD, SDP));
        EndCause gone = EndCause.gateway("failed", 481, 41, "");

        assertThat(run.step(new LegEnded(THIRD, gone)))
                .contains(
                        new CloseMedia(THIRD),
                        new JoinMedia(CALLER, ALICE),
                        new TellTransfer(CALLER, new TransferReport.Failed(gone)));
        assertThat(run.state).isInstanceOf(CallState.Active.class);
    }

    @Test
    public void numberOfOursLeadsIntoACallByARouteBackToItsTrunkOnly() {
        Run run = new Run();

        run.takeover("900", false);
        assertThat(run.report()).isInstanceOf(TransferReport.Refused.class);
        run.takeover("720", false);
        assertThat(run.report()).isInstanceOf(TransferReport.Refused.class);
        run.takeover("710", false);
        run.step(new MediaDescribed(THIRD, SDP));
        assertThat(run.effects)
                .contains(
                        new RingThird(
                                THIRD,
                                new Target.Dialog("pbx", "0710", DIALOG),
                                new Party("alice", ""),
                                taking("710", false),
                                Optional.of(SDP)));
    }

    /// The caller's phone has another call of this gateway, and joins its other sides.
    @Test
    public void partyOfAnotherCallTakesThePlaceOfWhoAsked() {
        Run run = new Run();

        TransferOrder order = joining();
        assertThat(run.step(new TransferRequested(CALLER, order)))
                .startsWith(new PartMedia(ALICE), new PlayMedia(ALICE, new Playback.Music()))
                .contains(
                        new TellTransfer(CALLER, new TransferReport.Trying()),
                        new RingThird(
                                THIRD,
                                new Target.InCall(ELSEWHERE, "300"),
                                new Party("alice", ""),
                                order,
                                Optional.empty()));
        assertThat(run.step(new LegAccepted(THIRD, Optional.empty())))
                .contains(
                        new OpenMedia(THIRD, new MediaProfile.Tie(THIRD, true), Optional.empty()));
        run.step(new MediaDescribed(THIRD, SDP));
        assertThat(run.step(new MediaConnected(THIRD)))
                .containsSubsequence(
                        new TellConnected(THIRD),
                        new StopMedia(ALICE),
                        new JoinMedia(ALICE, THIRD),
                        new TellTransfer(CALLER, new TransferReport.Done()),
                        new EndLeg(CALLER, EndCause.transferred(EndCause.By.CALLER)),
                        new CloseMedia(CALLER));
        Party maria = new Party("301", "Maria");
        assertThat(run.step(new CallInput.PartyKnown(THIRD, maria)))
                .containsExactly(new TellParty(ALICE, maria));
        assertThat(run.step(new CallInput.PartyKnown(THIRD, maria))).isEmpty();
        assertThat(run.step(new LegEnded(ALICE, GONE)))
                .contains(new EndLeg(THIRD, GONE), new CloseMedia(THIRD));
    }

    @Test
    public void partyOfAnotherCallThatIsNotLetGoChangesNothing() {
        Run run = new Run();
        run.step(new TransferRequested(CALLER, joining()));
        EndCause notNow = TransferEnds.notNow();

        assertThat(run.step(new LegEnded(THIRD, notNow)))
                .contains(
                        new StopMedia(ALICE),
                        new JoinMedia(CALLER, ALICE),
                        new TellTransfer(CALLER, new TransferReport.Failed(notNow)));
        assertThat(run.state).isInstanceOf(CallState.Active.class);
    }

    @Test
    public void oneTransferRunsAtATime() {
        Run run = new Run();
        run.transfer(false, "agent:bob");

        assertThat(run.transfer(false, "agent:carol")).hasSize(1);
        assertThat(run.report())
                .isInstanceOfSatisfying(
                        TransferReport.Refused.class,
                        refused -> assertThat(refused.cause().sipCode()).isEqualTo(491));
    }

    @Test
    public void networkThatTransfersTakesTheCallFromUs() {
        Run run = new Run();
        run.transfer(false, "700");
        run.step(new ReferTaken(CALLER));
        assertThat(run.step(new ReferRings(CALLER)))
                .contains(new TellTransfer(ALICE, new TransferReport.Ringing()));

        assertThat(run.step(new ReferOver(CALLER, false, EndCause.gateway("ok", 200, 16, ""))))
                .containsSubsequence(
                        new TellTransfer(ALICE, new TransferReport.Done()),
                        new EndLeg(ALICE, transferred()),
                        new EndLeg(CALLER, transferred()));
        assertThat(run.state).isEqualTo(new CallState.Ended(transferred()));
    }

    @Test
    public void byeOvertakesTheNotifyThatItWorked() {
        Run run = new Run();
        run.transfer(false, "700");
        run.step(new ReferTaken(CALLER));
        run.step(new LegEnded(CALLER, GONE));

        assertThat(run.report()).isEqualTo(new TransferReport.Done());
        assertThat(run.state).isEqualTo(new CallState.Ended(transferred()));
    }

    @Test
    public void byeBeforeTheNetworkAgreedIsAHangUp() {
        Run run = new Run();
        run.transfer(false, "700");
        run.step(new LegEnded(CALLER, GONE));

        assertThat(run.state).isEqualTo(new CallState.Ended(GONE));
    }

    @Test
    public void busyTargetOfTheNetworkReturnsTheCaller() {
        Run run = new Run();
        run.transfer(false, "700");
        run.step(new ReferTaken(CALLER));

        assertThat(run.step(new ReferOver(CALLER, false, BUSY)))
                .contains(new JoinMedia(ALICE, CALLER));
        assertThat(run.all).doesNotHaveAnyElementsOfTypes(RingThird.class);
    }

    @DataProvider
    public static Object[][] waysANetworkDoesNot() {
        return new Object[][] {{refused(405)}, {refused(603)}, {failed(503)}, {new Woken()}};
    }

    @Test(dataProvider = "waysANetworkDoesNot")
    public void gatewayBridgesWhatTheNetworkDoesNot(CallInput refusal) {
        Run run = new Run();
        run.transfer(false, "700");

        run.nowNanos += 33 * SECOND;
        run.step(refusal);
        assertThat(run.all)
                .contains(new OpenMedia(THIRD, new MediaProfile.Trunk("pbx"), Optional.empty()));
    }

    @Test
    public void networkIsAskedToJoinTwoOfItsDialogs() {
        Run run = new Run();
        run.transfer(true, "700");
        run.step(new MediaDescribed(THIRD, SDP));
        assertThat(run.step(new LegAccepted(THIRD, Optional.of(SDP))))
                .contains(new AcceptMedia(THIRD, SDP), new JoinMedia(ALICE, THIRD));

        assertThat(run.step(new TransferCompleted(ALICE)))
                .contains(new ReferLeg(CALLER, NUMBER, Optional.of(THIRD), Enclosed.NOTHING));
        assertThat(run.step(refused(501)))
                .contains(new JoinMedia(CALLER, THIRD), new EndLeg(ALICE, transferred()));
    }

    @Test
    public void takenOverTargetHangsUpBeforeTheNotify() {
        Run run = new Run();
        run.transfer(true, "700");
        run.step(new MediaDescribed(THIRD, SDP));
        run.step(new LegAccepted(THIRD, Optional.of(SDP)));
        run.step(new TransferCompleted(ALICE));
        run.step(new ReferTaken(CALLER));
        run.step(new LegEnded(THIRD, EndCause.hangUp(EndCause.By.CALLEE)));

        run.step(new ReferOver(CALLER, false, EndCause.gateway("ok", 200, 16, "")));
        assertThat(run.state).isEqualTo(new CallState.Ended(transferred()));
    }

    @Test
    public void nextTargetIsTriedAndLateReservationsGoBack() {
        Run run = new Run();
        run.transfer(false, "800");
        run.step(new AgentRefused("bob", BOBS, "away"));

        assertThat(run.effects).contains(new ClaimAgent("carol", new ClaimToken(ID, 3)));
        assertThat(run.step(new AgentClaimed("bob", BOBS))).containsExactly(new ReleaseClaim(BOBS));
        run.step(new AgentClaimed("carol", new ClaimToken(ID, 3)));
        assertThat(run.effects)
                .hasAtLeastOneElementOfType(RingThird.class)
                .anySatisfy(effect ->
                        assertThat(effect)
                                .isInstanceOfSatisfying(
                                        RingThird.class,
                                        ring -> assertThat(ring.leg()).isEqualTo(FOURTH)));
    }

    @Test
    public void stoppingGatewayEndsAllThree() {
        Run run = new Run().consulting();
        EndCause stops = EndCause.gatewayStops();

        assertThat(run.step(new EndRequested(stops)))
                .contains(
                        new EndLeg(CALLER, stops),
                        new EndLeg(ALICE, stops),
                        new EndLeg(THIRD, stops),
                        new ReleaseClaim(ALICES),
                        new ReleaseClaim(BOBS));
    }

    @Test
    public void newLegTakesTheCallersPlace() {
        Run run = new Run();
        LegId arriving = new LegId(ID, 1001);
        Party maria = new Party("300", "Maria");

        assertThat(run.replace(CALLER, arriving, maria))
                .containsExactly(
                        new OpenMedia(arriving, new MediaProfile.Trunk("pbx"), Optional.of(SDP)));
        assertThat(run.step(new DigitReceived(CALLER, '1', 100, DigitPath.EVENTS)))
                .contains(new SendDigit(ALICE, '1', 100));
        assertThat(run.step(new MediaDescribed(arriving, SDP)))
                .containsExactly(
                        new JoinMedia(arriving, ALICE),
                        new AnswerLeg(arriving, SDP),
                        new EndLeg(CALLER, EndCause.replaced()),
                        new CloseMedia(CALLER),
                        new TellParty(ALICE, maria),
                        new TellParty(arriving, new Party("alice", "")));
        assertThat(run.step(new LegEnded(CALLER, GONE))).isEmpty();
        assertThat(run.step(new LegEnded(arriving, GONE)))
                .contains(new EndLeg(ALICE, GONE), new ReleaseClaim(ALICES));
    }

    @DataProvider
    public static Object[][] waysAReplacementFails() {
        LegId arriving = new LegId(ID, 1001);
        return new Object[][] {
            {new CallInput.MediaRefused(arriving, BUSY)},
            {new MediaFailed(arriving, BUSY)},
            {new LegEnded(arriving, EndCause.cancelled())},
        };
    }

    @Test(dataProvider = "waysAReplacementFails")
    public void failedReplacementLeavesTheCallAsItWas(CallInput failure) {
        Run run = new Run();
        LegId arriving = new LegId(ID, 1001);
        run.replace(CALLER, arriving, ANN);

        assertThat(run.step(failure)).contains(new CloseMedia(arriving));
        assertThat(run.step(new LegEnded(CALLER, GONE))).contains(new EndLeg(ALICE, GONE));
    }

    @Test
    public void callThatEndsMeanwhileEndsTheArrivingLegToo() {
        Run run = new Run();
        LegId arriving = new LegId(ID, 1001);
        run.replace(CALLER, arriving, ANN);

        assertThat(run.step(new LegEnded(ALICE, GONE)))
                .contains(new EndLeg(arriving, GONE), new EndLeg(CALLER, GONE));
    }

    @Test
    public void legThatIsBeingTransferredIsNotReplaced() {
        Run run = new Run();
        run.transfer(false, "agent:bob");

        assertThat(run.replace(CALLER, new LegId(ID, 1001), ANN))
                .hasSize(1)
                .hasOnlyElementsOfType(EndLeg.class);
    }

    private static ReferOver refused(int status) {
        return new ReferOver(CALLER, true, EndCause.gateway("refused", status, 79, ""));
    }

    private static ReferOver failed(int status) {
        return new ReferOver(CALLER, false, EndCause.gateway("failed", status, 41, ""));
    }

    private static EndCause transferred() {
        return EndCause.transferred(EndCause.By.CALLEE);
    }

    /// The machine hands it on and never calls it.
    private static final Leg NO_LEG =
            (Leg)
                    Proxy.newProxyInstance(
                            Leg.class.getClassLoader(),
                            new Class<?>[] {Leg.class},
                            (_, _, _) -> {
                                throw new AssertionError("the machine is pure");
                            });

    private static SessionDescription description(String name) {
        return new SessionDescription(
                new SessionDescription.Origin("-", 1, 1, "192.0.2.1"),
                name,
                Optional.empty(),
                false,
                List.of(),
                List.of());
    }

    private static TransferOrder asked(boolean consult, String target) {
        return new TransferOrder(consult, "web", target, BY_ALICE);
    }

    private static TransferOrder joining() {
        return new TransferOrder(
                false,
                "pbx",
                "300",
                ANN,
                Optional.of(new TransferOrder.Takeover.Here(ELSEWHERE)),
                Enclosed.NOTHING);
    }

    private static TransferOrder taking(String target, boolean ownName) {
        return new TransferOrder(
                false,
                "pbx",
                target,
                ANN,
                Optional.of(new TransferOrder.Takeover.AtSource(DIALOG, ownName)),
                Enclosed.NOTHING);
    }

    /// A call whose parties talk, its state, and what it did: in the last step, and in all.
    private static final class Run {
        final CallMachine machine;
        final List<CallEffect> all = new ArrayList<>();
        List<CallEffect> effects = List.of();
        CallState state;
        long nowNanos = 5 * SECOND;

        Run() {
            CallPlan.Attempt alice = new CallPlan.Attempt(new Target.Agent("alice"), 20 * SECOND);
            machine =
                    new CallMachine(
                            ID,
                            new IncomingCall(
                                    "pbx",
                                    ANN,
                                    new Party("200", ""),
                                    new MediaProfile.Trunk("pbx"),
                                    Optional.of(SDP),
                                    "x@pbx"),
                            new CallPlan(List.of(alice), CodecPreference.AUTO, List.of()),
                            new CallRoutes(
                                    List.of(
                                            route("web", "700", NUMBER),
                                            route("web", "800", agents()),
                                            route("pbx", "710", NUMBER),
                                            route(
                                                    "pbx",
                                                    "720",
                                                    new Target.Agent("bob"),
                                                    new Target.Trunk("other", "")))),
                            new CallLimits(60 * SECOND, 10 * SECOND, 3600 * SECOND));
            state = machine.start(nowNanos).next();
            step(new MediaDescribed(CALLER, SDP));
            step(new AgentClaimed("alice", ALICES));
            step(new LegAccepted(ALICE, Optional.of(SDP)));
            step(new MediaDescribed(ALICE, SDP));
            step(new MediaConnected(ALICE));
            all.clear();
        }

        private static Target[] agents() {
            return new Target[] {new Target.Agent("bob"), new Target.Agent("carol")};
        }

        private static CallRoutes.Route route(String source, String number, Target... targets) {
            return new CallRoutes.Route(
                    source,
                    number,
                    List.of(targets).stream()
                            .map(target ->
                                    new CallPlan.Attempt(
                                            target,
                                            20 * SECOND,
                                            called -> "0" + called,
                                            Set.of(408, 500, 502, 503, 504)))
                            .toList(),
                    CodecPreference.QUALITY);
        }

        List<CallEffect> step(CallInput input) {
            Transition transition = machine.step(state, input, nowNanos);
            state = transition.next();
            effects = transition.effects();
            all.addAll(effects);
            return effects;
        }

        List<CallEffect> transfer(boolean consult, String target) {
            return step(new TransferRequested(ALICE, asked(consult, target)));
        }

        /// The caller's trunk leads alice into a call of its own.
        List<CallEffect> takeover(String target, boolean ownName) {
            return step(new TransferRequested(CALLER, taking(target, ownName)));
        }

        List<CallEffect> replace(LegId old, LegId arriving, Party who) {
            return step(
                    new CallInput.LegReplacing(
                            old,
                            arriving,
                            NO_LEG,
                            who,
                            new MediaProfile.Trunk("pbx"),
                            Optional.of(SDP)));
        }

        Run consulting() {
            transfer(true, "agent:bob");
            step(new AgentClaimed("bob", BOBS));
            step(new LegAccepted(THIRD, Optional.of(SDP)));
            step(new MediaDescribed(THIRD, SDP));
            step(new MediaConnected(THIRD));
            return this;
        }

        /// The latest.
        TransferReport report() {
            return all.stream()
                    .filter(TellTransfer.class::isInstance)
                    .map(TellTransfer.class::cast)
                    .reduce((_, later) -> later)
                    .orElseThrow()
                    .report();
        }
    }
}
