package offhook.call;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import offhook.call.CallEffect.ClaimAgent;
import offhook.call.CallEffect.CloseMedia;
import offhook.call.CallEffect.EndLeg;
import offhook.call.CallEffect.JoinMedia;
import offhook.call.CallEffect.PlayMedia;
import offhook.call.CallEffect.ReleaseClaim;
import offhook.call.CallEffect.RingThird;
import offhook.call.CallInput.AgentClaimed;
import offhook.call.CallInput.AgentRefused;
import offhook.call.CallInput.HoldChanged;
import offhook.call.CallInput.LegAccepted;
import offhook.call.CallInput.LegEnded;
import offhook.call.CallInput.MediaConnected;
import offhook.call.CallInput.MediaDescribed;
import offhook.call.CallInput.MediaFailed;
import offhook.sdp.SessionDescription;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

/// Where those go whose agent's browser is lost.
public class FallbackMachineTest {

    private static final long SECOND = 1_000_000_000L;
    private static final CallId ID = new CallId("0123456789abcdef01234567");
    private static final LegId CALLER = new LegId(ID, 0);
    private static final LegId ALICE = new LegId(ID, 1);
    private static final LegId BOB = new LegId(ID, 2);
    private static final ClaimToken ALICES = new ClaimToken(ID, 0);
    private static final ClaimToken BOBS = new ClaimToken(ID, 2);
    private static final Party ANN = new Party("+34600", "Ann");
    private static final EndCause LOST = EndCause.agentLost();
    private static final EndCause SILENT =
            EndCause.gateway(EndCause.CONSENT_LOST, 480, 41, "nothing was heard");
    private static final SessionDescription SDP = MachineRun.described("-");

    @DataProvider
    public Object[][] losses() {
        return new Object[][] {{new LegEnded(ALICE, LOST)}, {new MediaFailed(ALICE, SILENT)}};
    }

    @Test(dataProvider = "losses")
    public void callerWhoseAgentIsLostGoesToTheFallback(CallInput loss) {
        Run run = new Run(agent("bob"));

        List<CallEffect> effects = run.step(loss);

        assertThat(effects)
                .contains(
                        new CloseMedia(ALICE),
                        new ReleaseClaim(ALICES),
                        new PlayMedia(CALLER, new Playback.Music()),
                        new ClaimAgent("bob", BOBS))
                .doesNotContain(new CloseMedia(CALLER));
        assertThat(run.step(new AgentClaimed("bob", BOBS)))
                .contains(
                        new RingThird(
                                BOB,
                                new Target.Agent("bob"),
                                ANN,
                                new TransferOrder(false, "pbx", "200", ANN),
                                Optional.empty()));
        run.step(new LegAccepted(BOB, Optional.of(SDP)));
        run.step(new MediaDescribed(BOB, SDP));
        assertThat(run.step(new MediaConnected(BOB))).contains(new JoinMedia(CALLER, BOB));
    }

    @Test
    public void callerThatTheLostAgentHeldIsHeldNoMore() {
        Run run = new Run(agent("bob"));
        run.step(new HoldChanged(ALICE, new HoldSign.Requested(true)));
        run.step(new HoldChanged(ALICE, new HoldSign.Away(true, 0)));

        run.step(new LegEnded(ALICE, LOST));
        run.step(new AgentClaimed("bob", BOBS));
        run.step(new LegAccepted(BOB, Optional.of(SDP)));
        run.step(new MediaDescribed(BOB, SDP));

        assertThat(run.step(new MediaConnected(BOB)))
                .noneMatch(PlayMedia.class::isInstance)
                .contains(new CallEffect.StopMedia(CALLER));
    }

    @Test
    public void callEndsWhenTheFallbackCannotBeHadEither() {
        Run run = new Run(agent("bob"));
        run.step(new LegEnded(ALICE, LOST));

        List<CallEffect> effects = run.step(new AgentRefused("bob", BOBS, "busy"));

        assertThat(effects).contains(new EndLeg(CALLER, EndCause.noAgent("busy")));
        assertThat(run.state).isInstanceOf(CallState.Ended.class);
    }

    @Test
    public void withoutAFallbackTheCallEnds() {
        Run run = new Run();

        assertThat(run.step(new LegEnded(ALICE, LOST))).contains(new EndLeg(CALLER, LOST));
    }

    @Test
    public void agentWhoHangsUpIsNotLost() {
        Run run = new Run(agent("bob"));
        EndCause hangUp = EndCause.hangUp(EndCause.By.CALLEE);

        assertThat(run.step(new LegEnded(ALICE, hangUp))).contains(new EndLeg(CALLER, hangUp));
    }

    @Test
    public void agentWhoseCallerIsLostIsLedOnToNobody() {
        Run run = new Run(agent("bob"));

        assertThat(run.step(new MediaFailed(CALLER, SILENT))).contains(new EndLeg(ALICE, SILENT));
    }

    @Test
    public void callerWhoGivesUpWaitingForTheFallbackIsLetGo() {
        Run run = new Run(agent("bob"));
        run.step(new LegEnded(ALICE, LOST));
        run.step(new AgentClaimed("bob", BOBS));
        EndCause gone = EndCause.hangUp(EndCause.By.CALLER);

        assertThat(run.step(new LegEnded(CALLER, gone)))
                .contains(new EndLeg(BOB, gone), new ReleaseClaim(BOBS));
    }

    @Test
    public void emergencyCallHasNoFallback() {
        CallRoutes.Route route =
                new CallRoutes.Route(
                        "web",
                        "112",
                        List.of(attempt(new Target.Trunk("pbx", ""))),
                        CodecPreference.QUALITY,
                        List.of(agent("bob")));
        DialPlan emergencies =
                new DialPlan() {
                    @Override
                    public String meant(String number) {
                        return number;
                    }

                    @Override
                    public boolean isEmergency(String number) {
                        return number.equals("112");
                    }

                    @Override
                    public Optional<EndCause> refuses(String called, String dialled) {
                        return Optional.empty();
                    }
                };

        assertThat(new CallRoutes(List.of(route), emergencies).plan("web", "112").fallback())
                .isEmpty();
        assertThat(new CallRoutes(List.of(route)).plan("web", "112").fallback()).hasSize(1);
    }

    private static CallPlan.Attempt agent(String name) {
        return attempt(new Target.Agent(name));
    }

    private static CallPlan.Attempt attempt(Target target) {
        return new CallPlan.Attempt(target, 20 * SECOND, called -> called, Set.of());
    }

    /// A call of a trunk that talks to alice.
    private static final class Run extends MachineRun {

        Run(CallPlan.Attempt... fallback) {
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
                            new CallPlan(List.of(agent("alice")), CodecPreference.AUTO, List.of())
                                    .withFallback(List.of(fallback)),
                            new CallRoutes(List.of()),
                            new CallLimits(60 * SECOND, 10 * SECOND, 3600 * SECOND)));
            step(new MediaDescribed(CALLER, SDP));
            step(new AgentClaimed("alice", ALICES));
            step(new LegAccepted(ALICE, Optional.of(SDP)));
            step(new MediaDescribed(ALICE, SDP));
            step(new MediaConnected(ALICE));
            assertThat(state).isInstanceOf(CallState.Active.class);
        }
    }
}
