package offhook.call;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import offhook.call.CallEffect.AcceptMedia;
import offhook.call.CallEffect.AlertLeg;
import offhook.call.CallEffect.AnswerLeg;
import offhook.call.CallEffect.CloseMedia;
import offhook.call.CallEffect.EndLeg;
import offhook.call.CallEffect.JoinMedia;
import offhook.call.CallEffect.OpenMedia;
import offhook.call.CallEffect.RingTarget;
import offhook.call.CallEffect.TellConnected;
import offhook.call.CallEffect.TellMoved;
import offhook.call.CallEffect.TellProgress;
import offhook.call.CallInput.LegAccepted;
import offhook.call.CallInput.LegAlerting;
import offhook.call.CallInput.LegEnded;
import offhook.call.CallInput.LegProgressing;
import offhook.call.CallInput.MediaConnected;
import offhook.call.CallInput.MediaDescribed;
import offhook.call.CallInput.MediaRefused;
import offhook.call.CallInput.Woken;
import offhook.sdp.SessionDescription;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

/// A call that an agent makes: the machine's way through a trunk.
public class DialledCallTest {

    private static final long SECOND = 1_000_000_000L;
    private static final CallId ID = new CallId("0123456789abcdef01234567");
    private static final LegId CALLER = new LegId(ID, 0);
    private static final LegId FIRST = new LegId(ID, 1);
    private static final LegId SECOND_LEG = new LegId(ID, 2);
    private static final SessionDescription WEB_OFFER = MachineRun.described("web offer");
    private static final SessionDescription WEB_ANSWER = MachineRun.described("web answer");
    private static final SessionDescription OFFER = MachineRun.described("our offer");
    private static final SessionDescription ANSWER = MachineRun.described("trunk's answer");
    private static final Target PBX = new Target.Trunk("pbx", "0911");
    private static final Target BACKUP = new Target.Trunk("backup", "0911");

    /// Nobody waits for a SIP phone's media before the answer; its leg watches over it after.
    @Test
    public void phoneThatConnectsLateIsToldWheneverItsMediaStands() {
        CallMachine machine =
                new CallMachine(
                        ID,
                        new IncomingCall(
                                "web",
                                new Party("100", "Alice"),
                                new Party("911", ""),
                                new MediaProfile.Browser(
                                        CodecPreference.QUALITY, Optional.empty(), false),
                                Optional.of(WEB_OFFER),
                                "phone"),
                        new CallPlan(
                                List.of(new CallPlan.Attempt(PBX, 20 * SECOND)),
                                CodecPreference.QUALITY,
                                List.of()),
                        new CallRoutes(List.of()),
                        new CallLimits(60 * SECOND, 10 * SECOND, 3600 * SECOND));
        CallState state = machine.start(0).next();
        state = machine.step(state, new MediaDescribed(CALLER, WEB_ANSWER), 0).next();
        state = machine.step(state, new MediaDescribed(FIRST, OFFER), 0).next();
        state = machine.step(state, new LegProgressing(FIRST, ANSWER), 0).next();

        Transition early = machine.step(state, new MediaConnected(CALLER), 0);
        assertThat(early.effects()).containsExactly(new TellMoved(CALLER));

        state = machine.step(early.next(), new LegAccepted(FIRST, Optional.empty()), 0).next();
        assertThat(machine.step(state, new MediaConnected(CALLER), 0).effects())
                .containsExactly(new TellMoved(CALLER));
    }

    @Test
    public void agentsMediaStandsBeforeTheTrunkIsAsked() {
        Run run = new Run(PBX);

        assertThat(run.effects)
                .contains(
                        new OpenMedia(
                                CALLER,
                                new MediaProfile.Browser(CodecPreference.QUALITY, Optional.empty()),
                                Optional.of(WEB_OFFER)));
        assertThat(run.step(new MediaDescribed(CALLER, WEB_ANSWER)))
                .startsWith(
                        new AnswerLeg(CALLER, WEB_ANSWER),
                        new OpenMedia(FIRST, new MediaProfile.Trunk("pbx"), Optional.empty()));
        assertThat(run.step(new MediaDescribed(FIRST, OFFER)))
                .containsExactly(new RingTarget(FIRST, PBX, Optional.of(OFFER)));
    }

    @Test
    public void phoneInABrowserIsAnsweredWhenSomebodyIsThere() {
        Run run = new Run(false, PBX).ringing();
        assertThat(run.all).doesNotHaveAnyElementsOfTypes(AnswerLeg.class);
        assertThat(run.step(new LegAlerting(FIRST)))
                .containsExactly(new AlertLeg(CALLER, WEB_ANSWER));
        assertThat(run.step(new LegAccepted(FIRST, Optional.of(ANSWER))))
                .containsSubsequence(
                        new JoinMedia(CALLER, FIRST), new AnswerLeg(CALLER, WEB_ANSWER));
        assertThat(run.step(new MediaConnected(CALLER)))
                .as("it talks already")
                .containsExactly(new TellMoved(CALLER));
    }

    @Test
    public void callRunsFromDialToConversation() {
        Run run = new Run(PBX).ringing();

        run.step(new MediaConnected(CALLER));
        assertThat(run.step(new LegAlerting(FIRST)))
                .containsExactly(new AlertLeg(CALLER, WEB_ANSWER));
        assertThat(run.step(new LegAccepted(FIRST, Optional.of(ANSWER))))
                .containsSubsequence(
                        new AcceptMedia(FIRST, ANSWER),
                        new JoinMedia(CALLER, FIRST),
                        new TellConnected(CALLER),
                        new TellConnected(FIRST));
        assertThat(run.state).isInstanceOf(CallState.Active.class);
    }

    @Test
    public void conversationWaitsForTheAgentsBrowser() {
        Run run = new Run(PBX).ringing();

        run.step(new LegAccepted(FIRST, Optional.of(ANSWER)));

        assertThat(run.all).doesNotHaveAnyElementsOfTypes(JoinMedia.class, TellConnected.class);
        assertThat(run.step(new MediaConnected(CALLER)))
                .contains(new JoinMedia(CALLER, FIRST), new TellConnected(CALLER));
    }

    @Test
    public void answeredCallIsHungUpWhenTheBrowserNeverConnects() {
        Run run = new Run(PBX).ringing();
        run.step(new LegAccepted(FIRST, Optional.of(ANSWER)));

        run.nowNanos += 11 * SECOND;
        run.step(new Woken());

        assertThat(run.endCause().reason()).isEqualTo("media-timeout");
        assertThat(run.effects).contains(new EndLeg(FIRST, run.endCause()));
    }

    @Test
    public void earlyMediaIsHeardBeforeTheAnswer() {
        Run run = new Run(PBX).ringing();
        run.step(new MediaConnected(CALLER));

        assertThat(run.step(new LegProgressing(FIRST, ANSWER)))
                .containsExactly(
                        new AcceptMedia(FIRST, ANSWER),
                        new JoinMedia(CALLER, FIRST),
                        new TellProgress(CALLER, WEB_ANSWER));
        assertThat(run.step(new LegAccepted(FIRST, Optional.empty())))
                .contains(new TellConnected(CALLER))
                .doesNotHaveAnyElementsOfTypes(AcceptMedia.class, JoinMedia.class);
    }

    @Test
    public void whoHeardATrunkThatFailsIsToldThatItRingsAgain() {
        Run run = new Run(PBX, BACKUP).ringing();
        run.step(new LegProgressing(FIRST, ANSWER));

        assertThat(run.step(new LegEnded(FIRST, refusal(503))))
                .contains(new CloseMedia(FIRST), new AlertLeg(CALLER, WEB_ANSWER));
        run.step(new MediaDescribed(SECOND_LEG, OFFER));
        assertThat(run.step(new LegAlerting(SECOND_LEG))).isEmpty();

        assertThat(run.step(new LegProgressing(SECOND_LEG, ANSWER)))
                .contains(new TellProgress(CALLER, WEB_ANSWER));
        assertThat(run.step(new LegEnded(SECOND_LEG, refusal(503))))
                .doesNotHaveAnyElementsOfTypes(AlertLeg.class);
    }

    @Test
    public void answerWithoutDescriptionEndsTheCall() {
        Run run = new Run(PBX).ringing();

        run.step(new LegAccepted(FIRST, Optional.empty()));

        assertThat(run.endCause().reason()).isEqualTo("bad-answer");
        assertThat(run.effects).contains(new EndLeg(FIRST, run.endCause()), new CloseMedia(FIRST));
    }

    @DataProvider
    public static Object[][] refusals() {
        return new Object[][] {
            {408, true},
            {500, true},
            {502, true},
            {503, true},
            {504, true},
            {486, false},
            {600, false},
            {603, false},
            {404, false},
            {480, false},
            {302, true},
        };
    }

    @Test(dataProvider = "refusals")
    public void nextTrunkIsAskedOnlyWhenThisOneCouldNot(int status, boolean next) {
        Run run = new Run(PBX, BACKUP).ringing();

        run.step(new LegEnded(FIRST, refusal(status)));

        if (next) {
            assertThat(run.effects)
                    .contains(
                            new CloseMedia(FIRST),
                            new OpenMedia(
                                    SECOND_LEG,
                                    new MediaProfile.Trunk("backup"),
                                    Optional.empty()));
            assertThat(run.step(new MediaDescribed(SECOND_LEG, OFFER)))
                    .containsExactly(new RingTarget(SECOND_LEG, BACKUP, Optional.of(OFFER)));
        } else {
            assertThat(run.endCause()).isEqualTo(refusal(status));
        }
    }

    @Test
    public void numberThatRingsTooLongIsGivenUp() {
        Run run = new Run(PBX, BACKUP).ringing();

        run.nowNanos += 21 * SECOND;
        run.step(new Woken());

        assertThat(run.endCause().reason()).isEqualTo("no-answer");
    }

    @Test
    public void nextTrunkIsAskedWhenNoOfferCanBeMade() {
        Run run = new Run(PBX, BACKUP);
        run.step(new MediaDescribed(CALLER, WEB_ANSWER));

        run.step(new MediaRefused(FIRST, refusal(503)));

        assertThat(run.effects)
                .contains(
                        new OpenMedia(
                                SECOND_LEG, new MediaProfile.Trunk("backup"), Optional.empty()))
                .doesNotHaveAnyElementsOfTypes(EndLeg.class);
    }

    @Test
    public void agentWhoHangsUpFirstCancelsTheTrunk() {
        Run run = new Run(PBX).ringing();

        run.step(new LegEnded(CALLER, EndCause.cancelled()));

        assertThat(run.effects)
                .contains(new EndLeg(FIRST, EndCause.cancelled()), new CloseMedia(FIRST));
        assertThat(run.state).isEqualTo(new CallState.Ended(EndCause.cancelled()));
    }

    private static EndCause refusal(int status) {
        return new EndCause(EndCause.By.CALLEE, "refused", status, 21, "");
    }

    /// A machine of a call that an agent makes, its state, and what it did.
    private static final class Run extends MachineRun {

        Run(Target... targets) {
            this(true, targets);
        }

        Run(boolean connectsFirst, Target... targets) {
            super(
                    new CallMachine(
                            ID,
                            new IncomingCall(
                                    "web",
                                    new Party("alice", "Alice"),
                                    new Party("+34911", ""),
                                    new MediaProfile.Browser(
                                            CodecPreference.QUALITY,
                                            Optional.empty(),
                                            connectsFirst),
                                    Optional.of(WEB_OFFER),
                                    "alice/1"),
                            new CallPlan(
                                    List.of(targets).stream()
                                            .map(t -> new CallPlan.Attempt(t, 20 * SECOND))
                                            .toList(),
                                    CodecPreference.QUALITY,
                                    List.of()),
                            new CallRoutes(List.of()),
                            new CallLimits(60 * SECOND, 10 * SECOND, 3600 * SECOND)));
        }

        Run ringing() {
            step(new MediaDescribed(CALLER, WEB_ANSWER));
            step(new MediaDescribed(FIRST, OFFER));
            return this;
        }
    }
}
