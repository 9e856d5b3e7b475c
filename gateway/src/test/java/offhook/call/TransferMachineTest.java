package offhook.call;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.Optional;
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
import offhook.call.CallEffect.ReturnClaim;
import offhook.call.CallEffect.RingThird;
import offhook.call.CallEffect.TellParty;
import offhook.call.CallEffect.TellTransfer;
import offhook.call.CallInput.AgentClaimed;
import offhook.call.CallInput.AgentRefused;
import offhook.call.CallInput.EndRequested;
import offhook.call.CallInput.LegAccepted;
import offhook.call.CallInput.LegAlerting;
import offhook.call.CallInput.LegEnded;
import offhook.call.CallInput.LegProgressing;
import offhook.call.CallInput.MediaConnected;
import offhook.call.CallInput.MediaDescribed;
import offhook.call.CallInput.MediaFailed;
import offhook.call.CallInput.TransferCancelled;
import offhook.call.CallInput.TransferRequested;
import offhook.call.CallInput.Woken;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

/// A caller is led on to somebody whom the gateway rings, and what parties do meanwhile.
public class TransferMachineTest extends TransferStand {

    private static final LegId FOURTH = new LegId(ID, 3);

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
        boolean refused = failure instanceof AgentRefused;
        if (!refused) {
            run.step(new AgentClaimed("bob", BOBS));
        }
        // Whom nobody asked any more has not declined.
        CallEffect back =
                refused || failure instanceof TransferCancelled
                        ? new ReleaseClaim(BOBS)
                        : new ReturnClaim(BOBS, false);

        assertThat(run.step(failure))
                .contains(back, new JoinMedia(ALICE, CALLER))
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
                .contains(new CloseMedia(THIRD), new ReturnClaim(BOBS, true))
                .contains(new JoinMedia(ALICE, CALLER));
        // A second transfer uses legs and reservations of its own.
        run.transfer(false, "agent:carol");
        assertThat(run.effects).contains(new ClaimAgent("carol", new ClaimToken(ID, 3)));
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
}
