package offhook.call;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import offhook.call.CallEffect.AcceptMedia;
import offhook.call.CallEffect.AnswerLeg;
import offhook.call.CallEffect.CloseMedia;
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
import offhook.call.CallInput.DigitReceived;
import offhook.call.CallInput.LegAccepted;
import offhook.call.CallInput.LegEnded;
import offhook.call.CallInput.MediaConnected;
import offhook.call.CallInput.MediaDescribed;
import offhook.call.CallInput.MediaFailed;
import offhook.call.CallInput.TransferRequested;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

/// Whoever is led on takes the transferor's place in a call that talks already, and legs take the
/// place of others.
public class TransferTakeoverTest extends TransferStand {

    private static final LegId ELSEWHERE = new LegId(new CallId("ffffffffffffffffffffffff"), 0);

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

    private static TransferOrder joining() {
        return new TransferOrder(
                false,
                "pbx",
                "300",
                ANN,
                Optional.of(new TransferOrder.Takeover.Here(ELSEWHERE)),
                Enclosed.NOTHING);
    }
}
