package offhook.call;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import offhook.call.CallEffect.CloseMedia;
import offhook.call.CallEffect.EndLeg;
import offhook.call.CallEffect.JoinMedia;
import offhook.call.CallEffect.ReleaseClaim;
import offhook.call.CallEffect.RingThird;
import offhook.call.CallEffect.SendDigit;
import offhook.call.CallEffect.StopMedia;
import offhook.call.CallEffect.TellParty;
import offhook.call.CallEffect.TellTransfer;
import offhook.call.CallInput.DigitReceived;
import offhook.call.CallInput.LegEnded;
import offhook.call.CallInput.MediaFailed;
import offhook.call.CallInput.TransferCancelled;
import offhook.call.CallInput.TransferCompleted;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

/// The transferor talks to the target first.
public class TransferConsultTest extends TransferStand {

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
    public void transferorWhoHangsUpCompletesTheConsultation() {
        Run run = new Run().consulting();

        assertThat(run.step(new LegEnded(ALICE, EndCause.hangUp(EndCause.By.CALLEE))))
                .contains(new ReleaseClaim(ALICES), new JoinMedia(CALLER, THIRD));
        assertThat(run.state).isInstanceOf(CallState.Active.class);
    }
}
