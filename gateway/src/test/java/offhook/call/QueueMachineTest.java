package offhook.call;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import offhook.call.CallEffect.AlertLeg;
import offhook.call.CallEffect.AnswerLeg;
import offhook.call.CallEffect.ClaimAgent;
import offhook.call.CallEffect.CloseMedia;
import offhook.call.CallEffect.ConfirmClaim;
import offhook.call.CallEffect.EndLeg;
import offhook.call.CallEffect.EnterQueue;
import offhook.call.CallEffect.JoinMedia;
import offhook.call.CallEffect.LeaveQueue;
import offhook.call.CallEffect.PlayMedia;
import offhook.call.CallEffect.ReleaseClaim;
import offhook.call.CallEffect.ReturnClaim;
import offhook.call.CallEffect.RingTarget;
import offhook.call.CallEffect.StopMedia;
import offhook.call.CallEffect.TellConnected;
import offhook.call.CallEffect.TellProgress;
import offhook.call.CallEffect.UpdateMedia;
import offhook.call.CallInput.AgentClaimed;
import offhook.call.CallInput.AgentRefused;
import offhook.call.CallInput.LegAccepted;
import offhook.call.CallInput.LegAlerting;
import offhook.call.CallInput.LegConfirmed;
import offhook.call.CallInput.LegEnded;
import offhook.call.CallInput.LegRenegotiating;
import offhook.call.CallInput.MediaConnected;
import offhook.call.CallInput.MediaDescribed;
import offhook.call.CallInput.QueueWaiting;
import offhook.call.CallInput.Woken;
import offhook.sdp.SessionDescription;
import org.testng.annotations.Test;

public class QueueMachineTest {

    private static final long SECOND = 1_000_000_000L;
    private static final CallId ID = new CallId("0123456789abcdef01234567");
    private static final LegId CALLER = new LegId(ID, 0);
    // The plan has two attempts, which keep legs 1 and 2 for themselves.
    private static final LegId FIRST = new LegId(ID, 3);
    private static final LegId SECOND_LEG = new LegId(ID, 4);
    private static final ClaimToken TICKET = new ClaimToken(ID, 0);
    private static final ClaimToken ALICE = TICKET.ofRound(1);
    private static final ClaimToken BOB = TICKET.ofRound(2);
    private static final SessionDescription LOCAL = MachineRun.described("local");
    private static final SessionDescription OFFER = MachineRun.described("offer");
    private static final SessionDescription WEB_OFFER = MachineRun.described("web offer");
    private static final EndCause HUNG_UP = EndCause.hangUp(EndCause.By.CALLER);

    @Test
    public void callerIsAnsweredWithMusicWhenItHasToWait() {
        Run run = new Run(true);

        assertThat(run.step(new QueueWaiting(TICKET)))
                .containsExactly(
                        new AnswerLeg(CALLER, LOCAL), new PlayMedia(CALLER, new Playback.Music()));
        assertThat(run.step(new QueueWaiting(TICKET))).isEmpty();
    }

    @Test
    public void callerHearsMusicUnansweredWhereTheQueueSaysSo() {
        Run run = new Run(false);

        assertThat(run.step(new QueueWaiting(TICKET)))
                .containsExactly(
                        new TellProgress(CALLER, LOCAL),
                        new PlayMedia(CALLER, new Playback.Music()));
        run.talks(ALICE, FIRST);

        assertThat(run.all).containsSubsequence(new AnswerLeg(CALLER, LOCAL));
    }

    @Test
    public void callerWhoNeedNotWaitHears180AndIsAnsweredByTheAgent() {
        Run run = new Run(true);

        assertThat(run.step(new AgentClaimed("alice", ALICE)))
                .contains(new RingTarget(FIRST, new Target.Agent("alice"), Optional.empty()));
        assertThat(run.step(new LegAlerting(FIRST))).containsExactly(new AlertLeg(CALLER, LOCAL));
        run.step(new LegAccepted(FIRST, Optional.of(WEB_OFFER)));
        run.step(new MediaDescribed(FIRST, WEB_OFFER));

        assertThat(run.step(new MediaConnected(FIRST)))
                .startsWith(
                        new JoinMedia(CALLER, FIRST),
                        new AnswerLeg(CALLER, LOCAL),
                        new TellConnected(FIRST),
                        new LeaveQueue(TICKET, QueueExit.ANSWERED));
        assertThat(run.all).doesNotHaveAnyElementsOfTypes(PlayMedia.class);
    }

    @Test
    public void callerThatAnOperatorSendsOnLeavesNobodyRinging() {
        Run run = new Run(true);
        run.step(new QueueWaiting(TICKET));
        run.step(new AgentClaimed("alice", ALICE));

        assertThat(run.step(new AgentRefused("sales", TICKET, "closed")))
                .contains(
                        new LeaveQueue(TICKET, QueueExit.OVERFLOWED),
                        new CloseMedia(FIRST),
                        new ReleaseClaim(ALICE));
        assertThat(run.all).hasAtLeastOneElementOfType(ClaimAgent.class);
    }

    @Test
    public void musicPlaysUntilTheAgentTalks() {
        Run run = new Run(true);
        run.step(new QueueWaiting(TICKET));
        run.step(new AgentClaimed("alice", ALICE));

        assertThat(run.step(new LegAlerting(FIRST))).isEmpty();
        run.step(new LegAccepted(FIRST, Optional.of(WEB_OFFER)));
        assertThat(run.all).doesNotContain(new StopMedia(CALLER));

        assertThat(run.step(new MediaConnected(FIRST)))
                .startsWith(
                        new JoinMedia(CALLER, FIRST),
                        new TellConnected(CALLER),
                        new TellConnected(FIRST),
                        new StopMedia(CALLER));
        assertThat(run.all.stream().filter(new AnswerLeg(CALLER, LOCAL)::equals)).hasSize(1);
    }

    @Test
    public void firstAnswerWinsAndTheOthersStop() {
        Run run = new Run(true);
        run.step(new AgentClaimed("alice", ALICE));
        run.step(new AgentClaimed("bob", BOB));

        assertThat(run.step(new LegAccepted(SECOND_LEG, Optional.of(WEB_OFFER))))
                .startsWith(
                        new ConfirmClaim(BOB),
                        new EndLeg(FIRST, EndCause.takenByColleague()),
                        new CloseMedia(FIRST),
                        new ReleaseClaim(ALICE));
        assertThat(run.step(new LegAccepted(FIRST, Optional.of(WEB_OFFER)))).isEmpty();
        run.step(new MediaConnected(SECOND_LEG));

        assertThat(run.state)
                .isInstanceOfSatisfying(
                        CallState.Active.class,
                        call -> assertThat(call.other().party().number()).isEqualTo("bob"));
    }

    @Test
    public void agentWhoDoesNotAnswerIsGivenBackAsSuchAndTheCallerStays() {
        Run run = new Run(true);
        run.step(new AgentClaimed("alice", ALICE));

        run.nowNanos += 20 * SECOND;
        assertThat(run.step(new Woken()))
                .containsExactly(
                        new EndLeg(FIRST, EndCause.noAnswer()),
                        new CloseMedia(FIRST),
                        new ReturnClaim(ALICE, true));
        assertThat(run.step(new AgentClaimed("bob", BOB)))
                .contains(new RingTarget(SECOND_LEG, new Target.Agent("bob"), Optional.empty()));
    }

    @Test
    public void agentWhoDeclinesHasNotMissedTheCall() {
        Run run = new Run(true);
        run.step(new AgentClaimed("alice", ALICE));

        assertThat(run.step(new LegEnded(FIRST, EndCause.declined())))
                .contains(new ReturnClaim(ALICE, false));
    }

    @Test
    public void agentWhoseMediaNeverStandsLosesTheCallAndTheCallerKeepsItsPlace() {
        Run run = new Run(true);
        run.step(new QueueWaiting(TICKET));
        run.step(new AgentClaimed("alice", ALICE));
        run.step(new LegAccepted(FIRST, Optional.of(WEB_OFFER)));

        run.nowNanos += 10 * SECOND;
        assertThat(run.step(new Woken())).contains(new ReturnClaim(ALICE, false));
        assertThat(run.all).doesNotHaveAnyElementsOfTypes(LeaveQueue.class);
        run.talks(BOB, SECOND_LEG);

        assertThat(run.state).isInstanceOf(CallState.Active.class);
    }

    @Test
    public void callerWhoHangsUpReleasesAll() {
        Run run = new Run(true);
        run.step(new AgentClaimed("alice", ALICE));
        run.step(new AgentClaimed("bob", BOB));

        assertThat(run.step(new LegEnded(CALLER, HUNG_UP)))
                .startsWith(new LeaveQueue(TICKET, QueueExit.ABANDONED))
                .contains(
                        new EndLeg(FIRST, HUNG_UP),
                        new ReleaseClaim(ALICE),
                        new EndLeg(SECOND_LEG, HUNG_UP),
                        new ReleaseClaim(BOB));
        assertThat(run.step(new AgentClaimed("carol", TICKET.ofRound(3))))
                .containsExactly(new ReleaseClaim(TICKET.ofRound(3)));
    }

    @Test
    public void callerGoesElsewhereWhenItHasWaitedLongEnough() {
        Run run = new Run(true);
        run.step(new QueueWaiting(TICKET));

        run.nowNanos += 60 * SECOND;

        assertThat(run.step(new Woken()))
                .containsExactly(
                        new LeaveQueue(TICKET, QueueExit.OVERFLOWED),
                        new ClaimAgent("desk", new ClaimToken(ID, 1)));
    }

    @Test
    public void agentWhoRingsIsLetRingThoughTheCallerHasWaitedLongEnough() {
        Run run = new Run(true);
        run.step(new QueueWaiting(TICKET));
        run.nowNanos += 55 * SECOND;
        run.step(new AgentClaimed("alice", ALICE));

        run.nowNanos += 5 * SECOND;
        assertThat(run.step(new Woken())).isEmpty();
        run.nowNanos += 15 * SECOND;

        assertThat(run.step(new Woken()))
                .startsWith(new LeaveQueue(TICKET, QueueExit.OVERFLOWED))
                .contains(
                        new ReturnClaim(ALICE, true),
                        new ClaimAgent("desk", new ClaimToken(ID, 1)));
    }

    @Test
    public void whoMayNotWaitGoesElsewhereAtOnceAndLearnsWhyAtTheEnd() {
        Run run = new Run(true);

        assertThat(run.step(new AgentRefused("sales", TICKET, "full")))
                .contains(new ClaimAgent("desk", new ClaimToken(ID, 1)));
        run.step(new AgentRefused("desk", new ClaimToken(ID, 1), "offline"));

        assertThat(run.state)
                .isInstanceOfSatisfying(
                        CallState.Ended.class,
                        end -> assertThat(end.cause().reason()).isEqualTo("agent-offline"));
        assertThat(run.all).doesNotHaveAnyElementsOfTypes(AnswerLeg.class, PlayMedia.class);
    }

    @Test
    public void callerWhoWaitsMayRenegotiateAndConfirmOurOffer() {
        Run run = new Run(true);
        run.step(new QueueWaiting(TICKET));

        assertThat(run.step(new LegConfirmed(CALLER, Optional.of(OFFER))))
                .containsExactly(new CallEffect.AcceptMedia(CALLER, OFFER));
        assertThat(run.step(new LegRenegotiating(CALLER, Optional.of(OFFER))))
                .containsExactly(new UpdateMedia(CALLER, Optional.of(OFFER)));
        assertThat(run.step(new MediaDescribed(CALLER, LOCAL)))
                .containsExactly(new CallEffect.AnswerUpdate(CALLER, LOCAL));
    }

    @Test
    public void callerInABrowserIsToldThatThereIsSound() {
        Run run = new Run(true, new MediaProfile.Browser(CodecPreference.AUTO, Optional.empty()));

        assertThat(run.step(new QueueWaiting(TICKET)))
                .containsExactly(
                        new TellProgress(CALLER, LOCAL),
                        new PlayMedia(CALLER, new Playback.Music()));
        run.step(new MediaConnected(CALLER));
        run.talks(ALICE, FIRST);

        assertThat(run.all).contains(new TellConnected(CALLER));
        assertThat(run.state).isInstanceOf(CallState.Active.class);
    }

    @Test
    public void transfersRingTheAgentsOfAQueueOneByOne() {
        CallPlan plan =
                new CallPlan(
                        List.of(new CallPlan.Attempt(queue(true), 20 * SECOND)),
                        CodecPreference.AUTO,
                        List.of());

        assertThat(plan.oneByOne().attempts())
                .extracting(CallPlan.Attempt::target)
                .containsExactly(new Target.Agent("alice"), new Target.Agent("bob"));
    }

    private static Target.Queue queue(boolean answered) {
        return new Target.Queue(
                "sales", List.of("alice", "bob"), new QueueTerms(60 * SECOND, answered));
    }

    private static final class Run extends MachineRun {

        Run(boolean answered) {
            this(answered, new MediaProfile.Trunk("pbx"));
        }

        Run(boolean answered, MediaProfile caller) {
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
                            new CallPlan(
                                    List.of(
                                            new CallPlan.Attempt(queue(answered), 20 * SECOND),
                                            new CallPlan.Attempt(
                                                    new Target.Agent("desk"), 20 * SECOND)),
                                    CodecPreference.AUTO,
                                    List.of()),
                            new CallRoutes(List.of()),
                            new CallLimits(30 * SECOND, 10 * SECOND, 3600 * SECOND)));
            assertThat(step(new MediaDescribed(CALLER, LOCAL)))
                    .contains(new EnterQueue("sales", TICKET));
        }

        void talks(ClaimToken token, LegId leg) {
            step(new AgentClaimed("somebody", token));
            step(new LegAccepted(leg, Optional.of(WEB_OFFER)));
            step(new MediaDescribed(leg, WEB_OFFER));
            step(new MediaConnected(leg));
        }
    }
}
