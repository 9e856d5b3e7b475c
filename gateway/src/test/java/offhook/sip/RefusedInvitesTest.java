package offhook.sip;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import offhook.call.CallId;
import offhook.call.CallInbox;
import offhook.call.CallIntake;
import offhook.call.IncomingCall;
import offhook.call.Leg;
import offhook.call.TurnedAway;
import offhook.runtime.NanoClock;
import offhook.telemetry.Counters;
import org.testng.annotations.Test;

/// What is told of INVITEs that the front door answers itself, or not at all.
public class RefusedInvitesTest {

    private static final String INVITE =
            """
            INVITE sip:200@gw SIP/2.0
            Via: SIP/2.0/UDP 192.0.2.1:5060;branch=z9hG4bK1
            Max-Forwards: 70
            From: "Ada" <sip:100@pbx>;tag=1
            To: <sip:200@gw>
            Call-ID: c1
            CSeq: 1 INVITE
            Contact: <sip:100@192.0.2.1>
            Content-Length: 0

            """
                    .replace("\n", "\r\n");

    private final List<TurnedAway> told = new ArrayList<>();

    private FrontDoor door(NanoClock clock, int perSecond) {
        told.clear();
        FrontDoor door =
                Doors.with(new Counters(), clock, perSecond, Doors.trunk("pbx", "192.0.2.0/24"));
        door.refused()
                .tell(
                        new CallIntake() {
                            @Override
                            public CallInbox open(CallId id, IncomingCall call, Leg origin) {
                                throw new AssertionError("no call");
                            }

                            @Override
                            public void turnedAway(String source, Supplier<TurnedAway> call) {
                                told.add(call.get());
                            }
                        });
        return door;
    }

    private static void arrive(FrontDoor door, String message, String source) {
        byte[] bytes = message.getBytes(StandardCharsets.ISO_8859_1);
        door.inspectDatagram(bytes, bytes.length, Doors.address(source), 40_000);
    }

    private static String with(String headerLine) {
        return INVITE.replace("Content-Length", headerLine + "\r\nContent-Length");
    }

    @Test
    public void whatIsNotServedIsNamed() {
        arrive(door(NanoClock.system(), 100), with("Require: telepathy"), "192.0.2.7");

        assertThat(told).hasSize(1);
        TurnedAway call = told.getFirst();
        assertThat(call.source()).isEqualTo("pbx");
        assertThat(call.caller().number()).isEqualTo("100");
        assertThat(call.called().number()).isEqualTo("200");
        assertThat(call.cause().sipCode()).isEqualTo(420);
        assertThat(call.cause().detail()).contains("Unsupported: telepathy");
    }

    @Test
    public void whatIsTooMuchIsNamedThoughItIsNotAnswered() {
        FrontDoor door = door(() -> 0, 10);
        for (int i = 0; i < 21; i++) {
            arrive(door, INVITE.replace("c1", "c" + i), "192.0.2.7");
        }

        assertThat(told.stream().map(each -> each.cause().reason())).contains("rate");
        assertThat(told.getLast().cause().sipCode()).isZero();
    }

    /// Neither strangers, nor what opens no call, nor what was let in.
    @Test
    public void nothingElseIsTold() {
        FrontDoor door = door(NanoClock.system(), 100);
        arrive(door, with("Require: telepathy"), "198.51.100.7");
        arrive(
                door,
                with("Require: telepathy")
                        .replace("INVITE sip", "MESSAGE sip")
                        .replace("1 INVITE", "1 MESSAGE"),
                "192.0.2.7");
        arrive(door, INVITE, "192.0.2.7");

        assertThat(told).isEmpty();
    }
}
