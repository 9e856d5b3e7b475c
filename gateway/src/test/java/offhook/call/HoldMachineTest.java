package offhook.call;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import offhook.call.CallEffect.AnswerUpdate;
import offhook.call.CallEffect.JoinMedia;
import offhook.call.CallEffect.PlayMedia;
import offhook.call.CallEffect.StopMedia;
import offhook.call.CallEffect.TellHold;
import offhook.call.CallEffect.TellTransfer;
import offhook.call.CallInput.HoldChanged;
import offhook.call.CallInput.LegAccepted;
import offhook.call.CallInput.LegEnded;
import offhook.call.CallInput.MediaConnected;
import offhook.call.CallInput.MediaDescribed;
import offhook.call.CallInput.TransferRequested;
import offhook.call.CallState.Active;
import offhook.call.CallState.Transferring;
import offhook.sdp.SdpLimits;
import offhook.sdp.SdpParser;
import offhook.sdp.SessionDescription;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

/// A call of a trunk and an agent, and who hears what when one of them holds it.
public class HoldMachineTest {

    private static final CallId ID = new CallId("0123456789abcdef01234567");
    private static final LegId CALLER = new LegId(ID, 0);
    private static final LegId AGENT = new LegId(ID, 1);
    private static final LegId THIRD = new LegId(ID, 2);
    private static final CallEffect MUSIC_TO_CALLER = new PlayMedia(CALLER, new Playback.Music());
    private static final CallEffect MUSIC_TO_AGENT = new PlayMedia(AGENT, new Playback.Music());
    private static final CallEffect NOTHING_TO_AGENT = new PlayMedia(AGENT, new Playback.Silence());

    private final CallMachine machine =
            new CallMachine(
                    ID,
                    new IncomingCall(
                            "pbx",
                            new Party("100", ""),
                            new Party("200", ""),
                            new MediaProfile.Trunk("pbx"),
                            Optional.empty(),
                            "x"),
                    new CallPlan(List.of(), CodecPreference.AUTO, List.of()),
                    new CallRoutes(List.of()),
                    new CallLimits(1_000_000_000L, 1_000_000_000L, 1_000_000_000L));

    @Test
    public void theCallerHearsMusicWhileTheAgentHolds() {
        Run run = new Run();

        for (int round = 0; round < 3; round++) {
            assertThat(run.hold(AGENT, true))
                    .containsExactlyInAnyOrder(
                            MUSIC_TO_CALLER,
                            NOTHING_TO_AGENT,
                            new TellHold(AGENT, true, false),
                            new TellHold(CALLER, false, true));
            assertThat(run.hold(AGENT, false))
                    .containsExactlyInAnyOrder(
                            new StopMedia(CALLER),
                            new StopMedia(AGENT),
                            new TellHold(AGENT, false, false),
                            new TellHold(CALLER, false, false));
        }
    }

    @Test
    public void holdingTwiceOnlyTellsHowItStands() {
        Run run = new Run();
        run.hold(AGENT, true);

        assertThat(run.hold(AGENT, true)).containsExactly(new TellHold(AGENT, true, false));
    }

    @DataProvider
    public static Object[][] directions() {
        return new Object[][] {{"recvonly", false}, {"inactive", true}};
    }

    @Test(dataProvider = "directions")
    public void theAgentHearsOurMusicWhereTheNetworkSendsNone(String ours, boolean music)
            throws Exception {
        Run run = new Run();

        List<CallEffect> held = run.step(new MediaDescribed(CALLER, described(ours)));
        assertThat(held)
                .contains(
                        new AnswerUpdate(CALLER, described(ours)),
                        new TellHold(AGENT, false, true));
        assertThat(held.contains(MUSIC_TO_AGENT)).isEqualTo(music);
        assertThat(run.step(new HoldChanged(CALLER, new HoldSign.Quiet(true))))
                .isEqualTo(music ? List.of() : List.of(MUSIC_TO_AGENT));
        assertThat(run.step(new MediaDescribed(CALLER, described("sendrecv"))))
                .contains(new StopMedia(AGENT), new TellHold(AGENT, false, false));
    }

    @Test
    public void bothMayHoldAtOnce() throws Exception {
        Run run = new Run();
        run.hold(AGENT, true);

        assertThat(run.step(new MediaDescribed(CALLER, described("inactive"))))
                .contains(new TellHold(AGENT, true, true))
                .doesNotContain(MUSIC_TO_AGENT);
        assertThat(run.hold(AGENT, false))
                .contains(MUSIC_TO_AGENT, new StopMedia(CALLER), new TellHold(AGENT, false, true));
        assertThat(run.step(new MediaDescribed(CALLER, described("sendrecv"))))
                .contains(new StopMedia(AGENT), new TellHold(AGENT, false, false));
    }

    @Test
    public void theCallerHearsMusicWhileTheAgentsBrowserIsAway() {
        Run run = new Run();

        assertThat(run.step(new HoldChanged(AGENT, new HoldSign.Away(true, 0))))
                .containsExactly(MUSIC_TO_CALLER);
        assertThat(run.step(new HoldChanged(AGENT, new HoldSign.Away(false, 0))))
                .containsExactly(new StopMedia(CALLER));
    }

    @Test
    public void anAgentWhoWasAwayAndHoldsKeepsTheMusicOn() {
        Run run = new Run();
        run.hold(AGENT, true);

        assertThat(run.step(new HoldChanged(AGENT, new HoldSign.Away(true, 0)))).isEmpty();
        assertThat(run.step(new HoldChanged(AGENT, new HoldSign.Away(false, 0)))).isEmpty();
        assertThat(run.state).isInstanceOf(Active.class);
    }

    @Test
    public void aTransferThatIsRefusedLeavesTheHoldAsItIs() {
        Run run = new Run();
        run.hold(AGENT, true);
        CallState before = run.state;

        // No route leads anywhere here.
        assertThat(run.transfer("agent-nobody")).hasOnlyElementsOfType(TellTransfer.class);
        assertThat(run.state).isEqualTo(before);
    }

    @Test
    public void aTransferTakesThePlaceOfAHold() {
        Run run = new Run();
        run.hold(AGENT, true);

        List<CallEffect> effects = run.transfer("agent:bob");

        assertThat(run.state).isInstanceOf(Transferring.class);
        assertThat(effects).contains(new StopMedia(AGENT), new TellHold(AGENT, false, false));
        assertThat(effects.lastIndexOf(MUSIC_TO_CALLER))
                .as("the music goes on")
                .isGreaterThan(effects.indexOf(new StopMedia(CALLER)));
        assertThat(run.hold(AGENT, true)).containsExactly(new TellHold(AGENT, false, false));
        assertThat(run.state).isInstanceOf(Transferring.class);
    }

    /// A desk phone holds before it transfers, as nearly all do.
    @Test
    public void theAgentIsToldThatNobodyHoldsItWhenAHoldingPhoneHasTransferred() throws Exception {
        Run run = new Run();
        run.step(new MediaDescribed(CALLER, described("inactive")));

        assertThat(run.join()).contains(MUSIC_TO_AGENT);
        run.step(new LegAccepted(THIRD, Optional.empty()));
        run.step(new MediaDescribed(THIRD, described("sendrecv")));
        assertThat(run.step(new MediaConnected(THIRD)))
                .contains(
                        new StopMedia(AGENT),
                        new JoinMedia(AGENT, THIRD),
                        new TellHold(AGENT, false, false))
                .doesNotContain(MUSIC_TO_AGENT);
    }

    @Test
    public void aPhoneWhoseTransferFailsHoldsTheAgentAsBefore() throws Exception {
        Run run = new Run();
        run.step(new MediaDescribed(CALLER, described("inactive")));
        run.join();

        assertThat(run.step(new LegEnded(THIRD, TransferEnds.notNow())))
                .containsSubsequence(
                        new StopMedia(AGENT), MUSIC_TO_AGENT, new TellHold(AGENT, false, true))
                .doesNotContain(new TellHold(AGENT, false, false));
        assertThat(run.step(new MediaDescribed(CALLER, described("sendrecv"))))
                .contains(new StopMedia(AGENT), new TellHold(AGENT, false, false));
    }

    @Test
    public void aPhoneThatTakesUpDuringItsTransferHoldsNobodyAfterwards() throws Exception {
        Run run = new Run();
        run.step(new MediaDescribed(CALLER, described("inactive")));
        run.join();

        assertThat(run.step(new MediaDescribed(CALLER, described("sendrecv"))))
                .containsExactly(
                        new AnswerUpdate(CALLER, described("sendrecv")),
                        new TellHold(AGENT, false, false));
        assertThat(run.step(new LegEnded(THIRD, TransferEnds.notNow())))
                .contains(new StopMedia(AGENT), new JoinMedia(CALLER, AGENT))
                .doesNotContain(MUSIC_TO_AGENT);
    }

    private static SessionDescription described(String direction) throws Exception {
        return SdpParser.parse(
                """
                v=0\r
                o=- 1 1 IN IP4 127.0.0.1\r
                s=-\r
                c=IN IP4 127.0.0.1\r
                t=0 0\r
                m=audio 4000 RTP/AVP 8\r
                a=%s\r
                """
                        .formatted(direction),
                SdpLimits.BROWSER);
    }

    private final class Run {

        /// The caller's phone joins the agent with the other side of another call of its own.
        List<CallEffect> join() {
            LegId elsewhere = new LegId(new CallId("ffffffffffffffffffffffff"), 0);
            return step(
                    new TransferRequested(
                            CALLER,
                            new TransferOrder(
                                    false,
                                    "pbx",
                                    "300",
                                    new Party("100", ""),
                                    Optional.of(new TransferOrder.Takeover.Here(elsewhere)),
                                    Enclosed.NOTHING)));
        }

        private CallState state =
                new Active(
                        new Seat(CALLER, Optional.empty(), new Party("100", "")),
                        new Seat(AGENT, Optional.empty(), new Party("alice", "")),
                        2,
                        Long.MAX_VALUE);

        List<CallEffect> step(CallInput input) {
            Transition transition = machine.step(state, input, 0);
            state = transition.next();
            return transition.effects();
        }

        List<CallEffect> hold(LegId leg, boolean on) {
            return step(new HoldChanged(leg, new HoldSign.Requested(on)));
        }

        List<CallEffect> transfer(String target) {
            return step(
                    new TransferRequested(
                            AGENT, new TransferOrder(true, "web", target, new Party("alice", ""))));
        }
    }
}
