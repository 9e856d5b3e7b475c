package offhook.call;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import java.util.List;
import java.util.Optional;
import offhook.call.CallHistory.Outcome;
import offhook.call.CallHistory.QueueWait;
import offhook.call.CallHistory.Transfer;
import offhook.call.CallHistory.Way;
import offhook.call.CallInput.AgentClaimed;
import offhook.call.CallInput.AgentRefused;
import offhook.call.CallInput.LegAccepted;
import offhook.call.CallInput.LegEnded;
import offhook.call.CallInput.MediaConnected;
import offhook.call.CallInput.MediaDescribed;
import offhook.call.CallInput.QueueWaiting;
import offhook.call.CallInput.TransferCancelled;
import offhook.call.CallInput.TransferCompleted;
import offhook.call.CallInput.TransferRequested;
import offhook.sdp.SessionDescription;
import org.testng.annotations.BeforeMethod;
import org.testng.annotations.Test;

/// What is written of a call that waits in a queue, is answered by alice, and led on by her.
public class HistoryWriterTest {

    private static final long SECOND = 1_000_000_000L;
    private static final CallId ID = new CallId("0123456789abcdef01234567");
    private static final LegId CALLER = new LegId(ID, 0);
    private static final LegId ALICE = new LegId(ID, 2);
    private static final LegId THIRD = new LegId(ID, 3);
    private static final ClaimToken TICKET = new ClaimToken(ID, 0);
    private static final SessionDescription SDP = MachineRun.described("any");

    private CallMachine machine;
    private CallState state;
    private HistoryWriter history;
    private long nowNanos;

    @BeforeMethod
    public void callComes() {
        CallPlan.Attempt sales =
                new CallPlan.Attempt(
                        new Target.Queue(
                                "sales", List.of("alice"), new QueueTerms(60 * SECOND, false)),
                        20 * SECOND);
        machine =
                new CallMachine(
                        ID,
                        new IncomingCall(
                                "pbx",
                                new Party("+34911000001", "Ann"),
                                new Party("200", ""),
                                new MediaProfile.Trunk("pbx"),
                                Optional.of(SDP),
                                "x@pbx"),
                        new CallPlan(List.of(sales), CodecPreference.AUTO, List.of()),
                        new CallRoutes(List.of()),
                        new CallLimits(60 * SECOND, 10 * SECOND, 3600 * SECOND));
        history = new HistoryWriter();
        nowNanos = 5 * SECOND;
        Transition first = machine.start(nowNanos);
        history.note(Optional.empty(), first, nowNanos);
        state = first.next();
        step(new MediaDescribed(CALLER, SDP));
        step(new QueueWaiting(TICKET));
    }

    @Test
    public void waitInAQueueLastsUntilSomebodyIsHeard() {
        answer();
        nowNanos += 100 * SECOND;
        step(new LegEnded(CALLER, EndCause.hangUp(EndCause.By.CALLER)));

        assertThat(history())
                .isEqualTo(
                        new CallHistory(
                                List.of(
                                        new QueueWait(
                                                "sales",
                                                5 * SECOND,
                                                12 * SECOND,
                                                QueueExit.ANSWERED)),
                                List.of()));
    }

    @Test
    public void callerWhoGivesUpHasWaitedTillThen() {
        nowNanos += 9 * SECOND;
        step(new LegEnded(CALLER, EndCause.cancelled()));

        assertThat(history().waits())
                .containsExactly(
                        new QueueWait("sales", 5 * SECOND, 14 * SECOND, QueueExit.ABANDONED));
    }

    @Test
    public void blindTransferIsDoneWhenTheTargetIsHeard() {
        answer();
        ask(false, "agent:bob");
        nowNanos += 3 * SECOND;
        thirdAnswers();

        assertThat(history().transfers())
                .containsExactly(
                        new Transfer(
                                Way.BLIND,
                                "201",
                                "agent:bob",
                                12 * SECOND,
                                15 * SECOND,
                                Outcome.DONE,
                                ""));
    }

    @Test
    public void consultationIsDoneOrComesToNothing() {
        answer();
        ask(true, "agent:bob");
        thirdAnswers();
        step(new TransferCancelled(ALICE));
        ask(true, "agent:bob");
        thirdAnswers(new LegId(ID, 4), new ClaimToken(ID, 4));
        step(new TransferCompleted(ALICE));

        assertThat(history().transfers())
                .extracting(Transfer::way, Transfer::outcome, Transfer::reason)
                .containsExactly(
                        tuple(Way.CONSULT, Outcome.FAILED, "cancelled"),
                        tuple(Way.CONSULT, Outcome.DONE, ""));
    }

    @Test
    public void whatIsNotTakenOnOrNotHadIsWrittenWithItsReason() {
        answer();
        ask(false, "999");
        ask(false, "agent:bob");
        step(new AgentRefused("bob", new ClaimToken(ID, 3), "busy"));

        assertThat(history().transfers())
                .extracting(Transfer::target, Transfer::outcome, Transfer::reason)
                .containsExactly(
                        tuple("999", Outcome.REFUSED, "no-route"),
                        tuple("agent:bob", Outcome.FAILED, "agent-busy"));
    }

    @Test
    public void transferorWhoHangsUpHasTransferredOnceTheTargetIsHeard() {
        answer();
        ask(false, "agent:bob");
        step(new LegEnded(ALICE, EndCause.hangUp(EndCause.By.CALLEE)));
        thirdAnswers();

        assertThat(history().transfers())
                .extracting(Transfer::outcome)
                .containsExactly(Outcome.DONE);
    }

    private void answer() {
        nowNanos += 6 * SECOND;
        step(new AgentClaimed("alice", TICKET.ofRound(1)));
        step(new LegAccepted(ALICE, Optional.of(SDP)));
        step(new MediaDescribed(ALICE, SDP));
        nowNanos += SECOND;
        step(new MediaConnected(ALICE));
        assertThat(state).isInstanceOf(CallState.Active.class);
    }

    private void thirdAnswers() {
        thirdAnswers(THIRD, new ClaimToken(ID, 3));
    }

    private void thirdAnswers(LegId leg, ClaimToken token) {
        step(new AgentClaimed("bob", token));
        step(new LegAccepted(leg, Optional.of(SDP)));
        step(new MediaDescribed(leg, SDP));
        step(new MediaConnected(leg));
    }

    private void ask(boolean consult, String target) {
        step(
                new TransferRequested(
                        ALICE,
                        new TransferOrder(consult, "web", target, new Party("201", "Alice"))));
    }

    private CallHistory history() {
        return history.history(nowNanos);
    }

    private void step(CallInput input) {
        Transition step = machine.step(state, input, nowNanos);
        history.note(Optional.of(input), step, nowNanos);
        state = step.next();
    }
}
