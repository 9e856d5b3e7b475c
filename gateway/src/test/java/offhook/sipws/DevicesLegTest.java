package offhook.sipws;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.LinkedBlockingQueue;
import offhook.call.CallId;
import offhook.call.CallInput;
import offhook.call.Enclosed;
import offhook.call.EndCause;
import offhook.call.Leg;
import offhook.call.LegId;
import offhook.call.Party;
import offhook.call.Target;
import offhook.call.TransferReport;
import offhook.sdp.SessionDescription;
import org.testng.annotations.BeforeMethod;
import org.testng.annotations.Test;

/// An agent whose pages and phones ring: who of them speaks for the leg.
public class DevicesLegTest {

    private static final LegId ID = new LegId(CallId.next(), 1);

    private PhoneStand.Inbox call;
    private DevicesLeg leg;
    private Kind pages;
    private Kind phones;

    @BeforeMethod
    public void ring() {
        call = new PhoneStand.Inbox(ID.call(), new LinkedBlockingQueue<>());
        leg = new DevicesLeg(call, 2);
        pages = new Kind();
        phones = new Kind();
        leg.rings(0, pages);
        leg.rings(1, phones);
    }

    private boolean says(int kind, CallInput input) {
        return leg.inboxOf(kind).offer(input);
    }

    private static CallInput accepted() {
        return new CallInput.LegAccepted(ID, Optional.empty());
    }

    /// What it left to the defaults would reach nobody.
    @Test
    public void everyWordOfTheCallIsPassedOn() {
        assertThat(Leg.class.getDeclaredMethods())
                .filteredOn(method -> !method.isSynthetic())
                .allSatisfy(method ->
                        assertThat(
                                        DevicesLeg.class.getDeclaredMethod(
                                                method.getName(), method.getParameterTypes()))
                                .isNotNull());
    }

    @Test
    public void firstThatAnswersSpeaksForTheLeg() {
        assertThat(says(1, accepted())).isTrue();
        assertThat(pages.heard).containsExactly("end answered-elsewhere");
        says(0, accepted());
        assertThat(call.inputs()).hasSize(1);
        leg.connected();
        leg.end(EndCause.hangUp(EndCause.By.CALLER));
        assertThat(phones.heard).containsExactly("connected", "end hang-up");
        says(0, new CallInput.LegEnded(ID, EndCauses.offline()));
        assertThat(call.inputs()).hasSize(1);
    }

    @Test
    public void legEndsWhenNobodyIsLeft() {
        says(0, new CallInput.LegEnded(ID, EndCauses.lost()));
        assertThat(call.inputs()).isEmpty();
        says(1, new CallInput.LegEnded(ID, EndCauses.offline()));
        assertThat(call.inputs()).containsExactly(new CallInput.LegEnded(ID, EndCauses.lost()));
    }

    @Test
    public void noOfTheUserHoldsForAll() {
        says(0, new CallInput.LegEnded(ID, EndCause.declined()));
        assertThat(phones.heard).containsExactly("end declined");
        assertThat(call.inputs()).containsExactly(new CallInput.LegEnded(ID, EndCause.declined()));
        says(1, accepted());
        assertThat(call.inputs()).hasSize(1);
    }

    @Test
    public void endIsToldToAllThatRing() {
        leg.end(EndCause.cancelled());
        assertThat(pages.heard).containsExactly("end cancelled");
        assertThat(phones.heard).containsExactly("end cancelled");
    }

    @Test
    public void offerIsForAllThatRing() {
        assertThat(says(1, new CallInput.OfferWanted(ID))).isTrue();
        leg.offered(
                new SessionDescription(
                        new SessionDescription.Origin("-", 1, 1, "192.0.2.1"),
                        "-",
                        Optional.empty(),
                        true,
                        List.of(),
                        List.of()));
        assertThat(pages.heard).containsExactly("offered");
        assertThat(phones.heard).containsExactly("offered");
    }

    /// One kind of devices.
    private static final class Kind implements Leg {
        final List<String> heard = new ArrayList<>();

        @Override
        public void alert(SessionDescription local) {}

        @Override
        public void progress(SessionDescription local) {}

        @Override
        public void offered(SessionDescription local) {
            heard.add("offered");
        }

        @Override
        public void answer(SessionDescription local) {}

        @Override
        public void answeredWith(Map<String, String> headers) {}

        @Override
        public void connected() {
            heard.add("connected");
        }

        @Override
        public void answerUpdate(SessionDescription local) {}

        @Override
        public void refuseUpdate(EndCause cause) {}

        @Override
        public void showDigit(char digit) {}

        @Override
        public boolean takesDigits() {
            return false;
        }

        @Override
        public void sendDigit(char digit, int durationMillis) {}

        @Override
        public void end(EndCause cause) {
            heard.add("end " + cause.reason());
        }

        @Override
        public void transferring(TransferReport report) {}

        @Override
        public void holding(boolean mine, boolean theirs) {}

        @Override
        public void talksTo(Party party) {}

        @Override
        public void refer(Target.Trunk target, Optional<Leg> replaced, Enclosed enclosed) {}
    }
}
