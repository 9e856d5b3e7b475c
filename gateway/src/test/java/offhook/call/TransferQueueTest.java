package offhook.call;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import offhook.call.CallEffect.AnswerLeg;
import offhook.call.CallEffect.ClaimAgent;
import offhook.call.CallEffect.ConfirmClaim;
import offhook.call.CallEffect.EndLeg;
import offhook.call.CallEffect.EnterQueue;
import offhook.call.CallEffect.JoinMedia;
import offhook.call.CallEffect.LeaveQueue;
import offhook.call.CallEffect.PartMedia;
import offhook.call.CallEffect.PlayMedia;
import offhook.call.CallEffect.ReleaseClaim;
import offhook.call.CallEffect.ReturnClaim;
import offhook.call.CallEffect.RingThird;
import offhook.call.CallEffect.StopMedia;
import offhook.call.CallEffect.TellParty;
import offhook.call.CallEffect.TellTransfer;
import offhook.call.CallInput.AgentClaimed;
import offhook.call.CallInput.AgentRefused;
import offhook.call.CallInput.LegAccepted;
import offhook.call.CallInput.LegEnded;
import offhook.call.CallInput.MediaConnected;
import offhook.call.CallInput.MediaDescribed;
import offhook.call.CallInput.MediaFailed;
import offhook.call.CallInput.QueueWaiting;
import offhook.call.CallInput.TransferCancelled;
import offhook.call.CallInput.TransferRequested;
import offhook.call.CallInput.Woken;
import offhook.sdp.SessionDescription;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

/// A caller of a trunk talks to alice, who leads it on to a queue: by its name, or by a number that
/// leads there; or alice is lost, and the queue is the fallback.
public class TransferQueueTest {

    private static final long SECOND = 1_000_000_000L;
    private static final CallId ID = new CallId("0123456789abcdef01234567");
    private static final LegId CALLER = new LegId(ID, 0);
    private static final LegId ALICE = new LegId(ID, 1);

    /// Leg 2 is the attempt's and 3 that of where the queue overflows to.
    private static final LegId FIRST_RUNG = new LegId(ID, 4);

    private static final LegId SECOND_RUNG = new LegId(ID, 5);
    private static final ClaimToken ALICES = new ClaimToken(ID, 0);
    private static final ClaimToken TICKET = new ClaimToken(ID, 2);
    private static final ClaimToken BOBS = TICKET.ofRound(1);
    private static final ClaimToken CAROLS = TICKET.ofRound(2);
    private static final Party ANN = new Party("+34911000001", "Ann");
    private static final Party BY_ALICE = new Party("200", "Alice");
    private static final EndCause GONE = EndCause.hangUp(EndCause.By.CALLER);
    private static final SessionDescription SDP = MachineRun.described("-");

    @DataProvider
    public Object[][] ways() {
        return new Object[][] {{"queue:sales"}, {"600"}};
    }

    @Test(dataProvider = "ways")
    public void transferorLeavesWhenTheCallerWaits(String target) {
        Run run = new Run();
        assertThat(run.transfer(false, target))
                .contains(
                        new PartMedia(CALLER),
                        new PlayMedia(CALLER, new Playback.Music()),
                        new TellTransfer(ALICE, new TransferReport.Trying()),
                        new EnterQueue("sales", TICKET))
                .noneMatch(ClaimAgent.class::isInstance);

        assertThat(run.step(new QueueWaiting(TICKET)))
                .containsSubsequence(
                        new TellTransfer(ALICE, new TransferReport.Done()),
                        new EndLeg(ALICE, transferred()),
                        new ReleaseClaim(ALICES))
                .as("the music goes on")
                .noneMatch(effect -> effect instanceof StopMedia(LegId leg) && leg.equals(CALLER));

        run.nowNanos += 100 * SECOND;
        assertThat(run.step(new Woken())).isEmpty();
        assertThat(run.step(new AgentClaimed("bob", BOBS)))
                .contains(
                        new RingThird(
                                FIRST_RUNG,
                                new Target.Agent("bob"),
                                ANN,
                                asked(false, target),
                                Optional.empty()));
        assertThat(run.step(new LegAccepted(FIRST_RUNG, Optional.of(SDP))))
                .contains(new ConfirmClaim(BOBS));
        assertThat(run.step(new MediaDescribed(FIRST_RUNG, SDP)))
                .containsExactly(new AnswerLeg(FIRST_RUNG, SDP));
        assertThat(run.step(new MediaConnected(FIRST_RUNG)))
                .contains(
                        new LeaveQueue(TICKET, QueueExit.ANSWERED),
                        new StopMedia(CALLER),
                        new JoinMedia(CALLER, FIRST_RUNG),
                        new TellParty(FIRST_RUNG, ANN));
        assertThat(run.step(new LegEnded(CALLER, GONE)))
                .contains(new EndLeg(FIRST_RUNG, GONE), new ReleaseClaim(BOBS));
    }

    @Test
    public void transferorLeavesWhenAnAgentIsFreeAtOnce() {
        Run run = new Run();
        run.transfer(false, "queue:sales");
        assertThat(run.step(new AgentClaimed("bob", BOBS)))
                .contains(
                        new TellTransfer(ALICE, new TransferReport.Done()),
                        new EndLeg(ALICE, transferred()))
                .anyMatch(RingThird.class::isInstance);
    }

    @Test
    public void callerWhoMayNotWaitGoesOnToWhereTheQueueOverflows() {
        Run run = new Run();
        run.transfer(false, "queue:sales");
        assertThat(run.step(new AgentRefused("sales", TICKET, "full")))
                .contains(
                        new LeaveQueue(TICKET, QueueExit.OVERFLOWED),
                        new ClaimAgent("dave", new ClaimToken(ID, 3)))
                .doesNotContain(new EndLeg(ALICE, transferred()));
        assertThat(run.step(new AgentRefused("dave", new ClaimToken(ID, 3), "busy")))
                .as("alice has her caller again")
                .contains(new JoinMedia(ALICE, CALLER))
                .anyMatch(effect ->
                        effect instanceof TellTransfer(LegId leg, TransferReport.Failed _)
                                && leg.equals(ALICE));
    }

    @Test
    public void unknownQueueIsRefused() {
        Run run = new Run();
        assertThat(run.transfer(false, "queue:nobody"))
                .singleElement()
                .isInstanceOfSatisfying(
                        TellTransfer.class,
                        told ->
                                assertThat(told.report())
                                        .isInstanceOf(TransferReport.Refused.class));
    }

    @Test
    public void agentWhoDoesNotAnswerCostsTheCallerNoPlace() {
        Run run = new Run();
        run.transfer(false, "queue:sales");
        run.step(new AgentClaimed("bob", BOBS));
        run.nowNanos += 20 * SECOND;
        assertThat(run.step(new Woken()))
                .contains(new EndLeg(FIRST_RUNG, EndCause.noAnswer()), new ReturnClaim(BOBS, true))
                .noneMatch(LeaveQueue.class::isInstance);
        assertThat(run.step(new AgentClaimed("carol", CAROLS)))
                .anyMatch(effect ->
                        effect instanceof RingThird ring && ring.leg().equals(SECOND_RUNG));
        run.step(new LegAccepted(SECOND_RUNG, Optional.of(SDP)));
        assertThat(run.step(new MediaFailed(SECOND_RUNG, EndCause.mediaTimeout())))
                .contains(new ReturnClaim(CAROLS, false));
    }

    @Test
    public void allRingAndTheFirstAnswerWins() {
        Run run = new Run();
        run.transfer(false, "queue:sales");
        run.step(new AgentClaimed("bob", BOBS));
        run.step(new AgentClaimed("carol", CAROLS));
        assertThat(run.step(new LegAccepted(SECOND_RUNG, Optional.of(SDP))))
                .containsSubsequence(
                        new ConfirmClaim(CAROLS),
                        new EndLeg(FIRST_RUNG, EndCause.takenByColleague()),
                        new ReleaseClaim(BOBS));
        assertThat(run.step(new AgentClaimed("erin", TICKET.ofRound(3))))
                .containsExactly(new ReleaseClaim(TICKET.ofRound(3)));
    }

    @Test
    public void callerWhoWaitedLongEnoughGoesOnAndThenIsLetGo() {
        Run run = new Run();
        run.transfer(false, "queue:sales");
        run.step(new QueueWaiting(TICKET));
        run.nowNanos += 300 * SECOND;
        assertThat(run.step(new Woken()))
                .contains(
                        new LeaveQueue(TICKET, QueueExit.OVERFLOWED),
                        new ClaimAgent("dave", new ClaimToken(ID, 3)));
        run.step(new AgentRefused("dave", new ClaimToken(ID, 3), "offline"));
        assertThat(run.state).isEqualTo(new CallState.Ended(EndCause.noAgent("offline")));
    }

    @Test
    public void callerWhoHangsUpLeavesTheLine() {
        Run run = new Run();
        run.transfer(false, "queue:sales");
        run.step(new AgentClaimed("bob", BOBS));
        assertThat(run.step(new LegEnded(CALLER, GONE)))
                .containsSubsequence(
                        new LeaveQueue(TICKET, QueueExit.ABANDONED),
                        new EndLeg(FIRST_RUNG, GONE),
                        new ReleaseClaim(BOBS));
    }

    @Test
    public void transferorMayTakeItBackUntilTheQueueHasTheCaller() {
        Run run = new Run();
        run.transfer(false, "queue:sales");
        assertThat(run.step(new TransferCancelled(ALICE)))
                .contains(
                        new LeaveQueue(TICKET, QueueExit.ABANDONED), new JoinMedia(ALICE, CALLER));
    }

    @Test
    public void transferorWhoHangsUpAtOnceLeavesTheCallerInTheLine() {
        Run run = new Run();
        run.transfer(false, "queue:sales");
        run.step(new LegEnded(ALICE, EndCause.hangUp(EndCause.By.CALLEE)));
        run.step(new QueueWaiting(TICKET));
        run.step(new AgentClaimed("bob", BOBS));
        run.step(new LegAccepted(FIRST_RUNG, Optional.of(SDP)));
        assertThat(run.step(new MediaConnected(FIRST_RUNG)))
                .contains(new JoinMedia(CALLER, FIRST_RUNG));
    }

    @Test
    public void whoeverConsultsRingsTheAgentsOneByOne() {
        Run run = new Run();
        assertThat(run.transfer(true, "queue:sales"))
                .contains(new ClaimAgent("bob", TICKET))
                .noneMatch(EnterQueue.class::isInstance);
    }

    @Test
    public void callerWhoseAgentIsLostWaitsInTheQueue() {
        Run run = new Run();
        assertThat(run.step(new LegEnded(ALICE, EndCause.agentLost())))
                .containsSubsequence(
                        new ReleaseClaim(ALICES),
                        new PlayMedia(CALLER, new Playback.Music()),
                        new EnterQueue("sales", TICKET));
        run.step(new QueueWaiting(TICKET));
        run.nowNanos += 200 * SECOND;
        LegId rung = new LegId(ID, 3);
        assertThat(run.step(new AgentClaimed("bob", BOBS)))
                .anyMatch(effect -> effect instanceof RingThird ring && ring.leg().equals(rung));
        run.step(new LegAccepted(rung, Optional.of(SDP)));
        assertThat(run.step(new MediaConnected(rung))).contains(new JoinMedia(CALLER, rung));
    }

    private static EndCause transferred() {
        return EndCause.transferred(EndCause.By.CALLEE);
    }

    private static TransferOrder asked(boolean consult, String target) {
        return new TransferOrder(consult, "web", target, BY_ALICE);
    }

    /// A call whose parties talk.
    private static final class Run extends MachineRun {

        Run() {
            CallPlan.Attempt queue =
                    attempt(
                            new Target.Queue(
                                    "sales",
                                    List.of("bob", "carol"),
                                    new QueueTerms(300 * SECOND, true)));
            List<CallPlan.Attempt> sales = List.of(queue, attempt(new Target.Agent("dave")));
            super(
                    new CallMachine(
                            ID,
                            new IncomingCall(
                                    "pbx",
                                    ANN,
                                    new Party("200", ""),
                                    new MediaProfile.Trunk("pbx"),
                                    Optional.of(SDP),
                                    "x@pbx"),
                            new CallPlan(
                                            List.of(attempt(new Target.Agent("alice"))),
                                            CodecPreference.AUTO,
                                            List.of())
                                    .withFallback(List.of(queue)),
                            new CallRoutes(
                                    List.of(
                                            new CallRoutes.Route(
                                                    "web", "600", sales, CodecPreference.QUALITY)),
                                    DialPlan.open(),
                                    Map.of("sales", sales)),
                            new CallLimits(60 * SECOND, 10 * SECOND, 3600 * SECOND)));
            step(new MediaDescribed(CALLER, SDP));
            step(new AgentClaimed("alice", ALICES));
            step(new LegAccepted(ALICE, Optional.of(SDP)));
            step(new MediaDescribed(ALICE, SDP));
            step(new MediaConnected(ALICE));
        }

        private static CallPlan.Attempt attempt(Target target) {
            return new CallPlan.Attempt(target, 20 * SECOND);
        }

        List<CallEffect> transfer(boolean consult, String target) {
            return step(new TransferRequested(ALICE, asked(consult, target)));
        }
    }
}
