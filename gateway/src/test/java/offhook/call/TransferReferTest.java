package offhook.call;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import offhook.call.CallEffect.AcceptMedia;
import offhook.call.CallEffect.EndLeg;
import offhook.call.CallEffect.JoinMedia;
import offhook.call.CallEffect.OpenMedia;
import offhook.call.CallEffect.ReferLeg;
import offhook.call.CallEffect.RingThird;
import offhook.call.CallEffect.TellTransfer;
import offhook.call.CallInput.LegAccepted;
import offhook.call.CallInput.LegEnded;
import offhook.call.CallInput.MediaDescribed;
import offhook.call.CallInput.ReferOver;
import offhook.call.CallInput.ReferRings;
import offhook.call.CallInput.ReferTaken;
import offhook.call.CallInput.TransferCompleted;
import offhook.call.CallInput.Woken;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

/// The network of the waiting party does the transfer itself, or does not.
public class TransferReferTest extends TransferStand {

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
}
