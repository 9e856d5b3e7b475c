package offhook.sipws;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import offhook.agent.Presence;
import offhook.call.CallInput;
import offhook.call.EndCause;
import offhook.runtime.Await;
import offhook.sdp.SdpParser;
import org.testng.annotations.AfterMethod;
import org.testng.annotations.BeforeMethod;
import org.testng.annotations.Test;

/// Phones that call somebody, and whose media stands or does not.
public class PhoneMediaTest {

    /// So long that whoever connects at once does so in time, however slow the machine.
    private static final Duration CONNECT = Duration.ofSeconds(2);

    private static final String BODY = "Content-Type: application/sdp\r\n";

    private PhoneStand stand;

    @BeforeMethod
    public void start() {
        stand = new PhoneStand(PhoneStand.limits(), CONNECT);
    }

    @AfterMethod(alwaysRun = true)
    public void stop() {
        stand.close();
    }

    private PhoneStand.Dialled dialled(TextSipPhone phone) throws Exception {
        phone.request(
                "INVITE",
                "sip:5512@example.com",
                "call-1",
                phone.contact() + "\r\n" + BODY,
                TextSipPhone.SDP);
        phone.expect("SIP/2.0 100 Trying");
        PhoneStand.Dialled call = stand.dialled.poll(Await.PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
        assertThat(call).isNotNull();
        return call;
    }

    private static void answer(PhoneStand.Dialled call, TextSipPhone phone, String name)
            throws Exception {
        call.leg().answer(SdpParser.parse(TextSipPhone.SDP));
        String ok = phone.expect("SIP/2.0 200 OK");
        phone.request(
                "ACK",
                "sip:offhook@example.com;transport=ws",
                "call-1",
                "<sip:" + name + "@example.com>;tag=mine",
                "<sip:5512@example.com>;tag="
                        + TextSipPhone.field(ok, "\r\nTo: [^\r]*;tag=([^\r;]*)"),
                3,
                "",
                "");
    }

    /// Of two phones that are answered one after the other the second one never connects.
    @Test
    public void phoneThatNeverConnectsIsHungUpOn() throws Exception {
        TextSipPhone bob = stand.registered("bob", "two");
        PhoneStand.Dialled early = dialled(bob);
        early.leg().mediaMoved(); // it heard what came before the answer
        answer(early, bob, "bob");

        TextSipPhone alice = stand.registered("one");
        PhoneStand.Dialled never = dialled(alice);
        answer(never, alice, "alice");

        assertThat(alice.expect("BYE ")).contains("Reason: Q.850;cause=41;text=\"media-timeout\"");
        assertThat(never.inbox().expect(CallInput.LegEnded.class).cause())
                .isEqualTo(EndCause.mediaTimeout());
        stand.awaitPresence(Presence.AVAILABLE);
        assertThat(early.inbox().inputs()).isEmpty();
        bob.expectNothing();
    }

    @Test
    public void phoneThatConnectsInTimeTalksOn() throws Exception {
        TextSipPhone bob = stand.registered("bob", "two");
        PhoneStand.Dialled inTime = dialled(bob);
        answer(inTime, bob, "bob");
        inTime.leg().mediaMoved();

        TextSipPhone alice = stand.registered("one");
        PhoneStand.Dialled never = dialled(alice);
        answer(never, alice, "alice");
        never.inbox().expect(CallInput.LegEnded.class);

        assertThat(inTime.inbox().inputs()).isEmpty();
        bob.expectNothing();
    }
}
