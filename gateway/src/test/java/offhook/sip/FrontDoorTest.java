package offhook.sip;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import offhook.runtime.NanoClock;
import offhook.sip.FrontDoor.Decision;
import offhook.telemetry.Counter;
import offhook.telemetry.Counters;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

public class FrontDoorTest {

    private static final String INVITE =
            """
            INVITE sip:200@gw SIP/2.0
            Via: SIP/2.0/UDP 192.0.2.1:5060;branch=z9hG4bK1
            Max-Forwards: 70
            From: <sip:100@pbx>;tag=1
            To: <sip:200@gw>
            Call-ID: c1
            CSeq: 1 INVITE
            Contact: <sip:100@192.0.2.1>
            Content-Length: 0

            """
                    .replace("\n", "\r\n");

    @DataProvider
    public Object[][] sources() {
        return new Object[][] {
            {"192.0.2.7", true},
            {"::ffff:192.0.2.7", true},
            {"::ffff:c000:207", true},
            {"192.0.3.7", false},
            {"::ffff:192.0.3.7", false},
            {"::192.0.2.7", false},
            {"2001:db8::7", true},
            {"2001:db9::7", false},
            {"127.0.0.1", false},
        };
    }

    @Test(dataProvider = "sources")
    public void onlySourcesOfATrunkPass(String source, boolean known) {
        Counters counters = new Counters();
        FrontDoor door =
                Doors.with(
                        counters,
                        NanoClock.system(),
                        100,
                        Doors.trunk("pbx", "192.0.2.0/24", "2001:db8::/32"));

        Decision decision = inspect(door, INVITE, Doors.address(source));

        assertThat(decision instanceof Decision.Pass).isEqualTo(known);
        assertThat(counters.get(Counter.SIP_DROPPED_STRANGER)).isEqualTo(known ? 0 : 1);
        assertThat(door.admitConnection(Doors.address(source)).isPresent()).isEqualTo(known);
    }

    @Test
    public void trunkWithoutAddressesBelongsToNobody() {
        FrontDoor door = Doors.forTrunk();

        assertThat(inspect(door, INVITE, Doors.address("192.0.2.7")))
                .isInstanceOf(Decision.Drop.class);
    }

    @Test
    public void strangersGetNothingWhateverTheySend() {
        FrontDoor door = Doors.forTrunk("192.0.2.0/24");
        InetAddress stranger = Doors.address("203.0.113.9");

        for (TortureMessages.Message message : TortureMessages.all()) {
            Decision decision =
                    door.inspectDatagram(message.bytes(), message.bytes().length, stranger, 5060);
            assertThat(decision).as(message.file()).isInstanceOf(Decision.Drop.class);
        }
    }

    private static String padded(String message) {
        return message + "x".repeat(8193 - message.length());
    }

    @Test
    public void oversizeIsDroppedWithoutAWordUnlessItIsATrunksInvite() {
        Counters counters = new Counters();
        FrontDoor door = door(counters, NanoClock.system(), 100);
        String tagged = INVITE.replace("To: <sip:200@gw>", "To: <sip:200@gw>;tag=2");
        String bye = INVITE.replace("INVITE", "BYE");
        String headers = INVITE.replace("\r\n\r\n", "\r\nX: " + "y".repeat(8000) + "\r\n\r\n");

        for (String message : List.of(tagged, bye)) {
            assertThat(inspect(door, padded(message))).isInstanceOf(Decision.Drop.class);
        }
        assertThat(inspect(door, headers)).isInstanceOf(Decision.Drop.class);
        assertThat(inspect(door, padded("x"))).isInstanceOf(Decision.Drop.class);
        assertThat(inspect(door, padded(INVITE), Doors.address("203.0.113.9")))
                .isInstanceOf(Decision.Drop.class);
        assertThat(text(inspect(door, padded(INVITE))))
                .startsWith("SIP/2.0 513 Message Too Large\r\n")
                .doesNotContain("xx");
        assertThat(counters.get(Counter.SIP_DROPPED_SIZE)).isEqualTo(5);
    }

    /// By a proxy that sends a call back, our branch is seen again.
    @Test
    public void callThatLeftUsTwiceIsRefused() {
        Counters counters = new Counters();
        FrontDoor door = door(counters, NanoClock.system(), 100);

        for (int visits = 0; visits <= 3; visits++) {
            String ours = "Via: SIP/2.0/UDP gw;branch=" + Identifiers.nextBranch(visits) + "\r\n";
            Decision below = inspect(door, with(ours + "Via: SIP/2.0/UDP a;branch=z9hG4bKa\r\n"));
            if (visits < 2) {
                assertThat(below).isInstanceOf(Decision.Pass.class);
            } else {
                assertThat(text(below)).startsWith("SIP/2.0 482 Loop Detected\r\n");
            }
        }
        String fromUs = INVITE.replace("z9hG4bK1", Identifiers.nextBranch(1));
        assertThat(text(inspect(door, fromUs))).startsWith("SIP/2.0 482 Loop Detected\r\n");
        String forged = Identifiers.nextBranch(1).replaceFirst("1(?=.{24}$)", "2");
        assertThat(inspect(door, with("Via: SIP/2.0/UDP gw;branch=" + forged + "\r\n")))
                .isInstanceOf(Decision.Pass.class);
        assertThat(counters.get(Counter.SIP_LOOPS)).isEqualTo(3);
    }

    private static String text(Decision decision) {
        assertThat(decision).isInstanceOf(Decision.Answer.class);
        return new String(((Decision.Answer) decision).bytes(), StandardCharsets.ISO_8859_1);
    }

    @Test
    public void tooManyHeaderLinesAreRefused() {
        Counters counters = new Counters();
        FrontDoor door = door(counters, NanoClock.system(), 100);

        String fold = "X: y\r\n" + " z\r\n".repeat(119);
        assertThat(inspect(door, with(fold))).isInstanceOf(Decision.Pass.class);
        assertThat(text(inspect(door, with(fold + " z\r\n"))))
                .startsWith("SIP/2.0 513 Message Too Large\r\n");
        assertThat(counters.get(Counter.SIP_DROPPED_SIZE)).isEqualTo(1);
    }

    @DataProvider
    public Object[][] lists() {
        return new Object[][] {
            {"Route", "<sip:a;lr>", 70, "513 Message Too Large"},
            {"Record-Route", "<sip:a;lr>", 70, "513 Message Too Large"},
            {"History-Info", "<sip:a>;index=1", 70, "513 Message Too Large"},
            {"Diversion", "<sip:a>;reason=unknown", 32, "513 Message Too Large"},
            {"Supported", "timer", 32, "513 Message Too Large"},
            {"v", "SIP/2.0/UDP a;branch=z9hG4bKa", 69, "483 Too Many Hops"},
        };
    }

    @Test(dataProvider = "lists")
    public void tooManyValuesOfAListAreRefused(String name, String value, int most, String status) {
        Counters counters = new Counters();
        FrontDoor door = door(counters, NanoClock.system(), 100);
        String full = name + ": " + (value + ",").repeat(most - 1) + value;

        assertThat(inspect(door, with(full + "\r\n"))).isInstanceOf(Decision.Pass.class);
        assertThat(text(inspect(door, with(full + "," + value + "\r\n"))))
                .startsWith("SIP/2.0 " + status + "\r\n");
        assertThat(counters.get(Counter.SIP_DROPPED_SIZE)).isEqualTo(1);
    }

    /// What a PBX made up for itself is text to everybody else.
    @Test
    public void commasOfUnknownFieldsCountNothing() {
        FrontDoor door = Doors.forTrunk("192.0.2.0/24");

        assertThat(inspect(door, with("X-Skills: " + "1,".repeat(100) + "1\r\n")))
                .isInstanceOf(Decision.Pass.class);
    }

    @Test
    public void keepAlivesAreDroppedQuietly() {
        Counters counters = new Counters();
        FrontDoor door = door(counters, NanoClock.system(), 100);

        for (String keepAlive : List.of("", "\r\n", "\r\n\r\n", "\0\0\0\0")) {
            assertThat(inspect(door, keepAlive)).isInstanceOf(Decision.Drop.class);
        }
        assertThat(counters.get(Counter.SIP_DROPPED_MALFORMED)).isZero();
    }

    @Test
    public void sourceOverItsRateIsDroppedUntilTimePasses() {
        AtomicLong nanos = new AtomicLong();
        Counters counters = new Counters();
        FrontDoor door = door(counters, nanos::get, 10);

        for (int i = 0; i < 20; i++) {
            assertThat(inspect(door, INVITE)).isInstanceOf(Decision.Pass.class);
        }
        assertThat(inspect(door, INVITE)).isInstanceOf(Decision.Drop.class);
        assertThat(inspect(door, INVITE, Doors.address("192.0.2.8")))
                .isInstanceOf(Decision.Pass.class);
        nanos.addAndGet(TimeUnit.MILLISECONDS.toNanos(100));
        assertThat(inspect(door, INVITE)).isInstanceOf(Decision.Pass.class);
        assertThat(inspect(door, INVITE)).isInstanceOf(Decision.Drop.class);
        assertThat(counters.get(Counter.SIP_DROPPED_RATE)).isEqualTo(2);
    }

    /// A call that was refused is forgotten before its ACK comes; the ACK must not cost the next
    /// call its turn.
    @Test
    public void ackOfARefusedCallIsNoRequestThatOpensSomething() {
        Counters counters = new Counters();
        FrontDoor door = door(counters, new AtomicLong()::get, 10);
        String ack =
                INVITE.replace("INVITE", "ACK")
                        .replace("To: <sip:200@gw>", "To: <sip:200@gw>;tag=2");

        for (int i = 0; i < 20; i++) {
            assertThat(inspect(door, INVITE)).isInstanceOf(Decision.Pass.class);
            assertThat(inspect(door, ack)).isInstanceOf(Decision.Pass.class);
        }
        assertThat(inspect(door, INVITE)).isInstanceOf(Decision.Drop.class);
        assertThat(counters.get(Counter.SIP_OUT_OF_DIALOG)).isZero();
    }

    /// Which anybody may have sent who can forge the trunk's address.
    @DataProvider
    public Object[][] floods() {
        return new Object[][] {
            {INVITE.replace("CSeq: 1", "CSeq: 99999999999"), Counter.SIP_DROPPED_MALFORMED},
            {INVITE.replace("Via", "\0"), Counter.SIP_DROPPED_MALFORMED},
            {"garbage", Counter.SIP_DROPPED_MALFORMED},
            {with("Supported: " + "a,".repeat(32) + "a\r\n"), Counter.SIP_DROPPED_SIZE},
            {INVITE.replaceFirst("INVITE.*", "SIP/2.0 200 OK"), Counter.SIP_DROPPED_STRAY},
        };
    }

    @Test(dataProvider = "floods")
    public void floodTakesNothingFromGoodMessages(String flood, Counter counter) {
        Counters counters = new Counters();
        FrontDoor door = door(counters, new AtomicLong()::get, 10);

        int answers = 0;
        for (int i = 0; i < 1000; i++) {
            answers += inspect(door, flood) instanceof Decision.Answer ? 1 : 0;
        }

        assertThat(answers).isLessThanOrEqualTo(20);
        assertThat(counters.get(counter)).isEqualTo(1000);
        for (int i = 0; i < 20; i++) {
            assertThat(inspect(door, INVITE)).isInstanceOf(Decision.Pass.class);
        }
    }

    @Test
    public void malformedRequestsAreAnsweredAtTheTrunksRate() {
        AtomicLong nanos = new AtomicLong();
        FrontDoor door = door(new Counters(), nanos::get, 10);
        String malformed = INVITE.replace("CSeq: 1", "CSeq: 99999999999");

        for (int i = 0; i < 20; i++) {
            assertThat(text(inspect(door, malformed))).startsWith("SIP/2.0 400 Bad Request\r\n");
        }
        assertThat(inspect(door, malformed)).isEqualTo(new Decision.Drop(false));
        nanos.addAndGet(TimeUnit.MILLISECONDS.toNanos(100));
        assertThat(inspect(door, malformed)).isInstanceOf(Decision.Answer.class);
    }

    @DataProvider
    public Object[][] methodsNotServed() {
        return new Object[][] {
            {"REGISTER", "405"},
            {"MESSAGE", "405"},
            {"SUBSCRIBE", "405"},
            {"PUBLISH", "405"},
            {"NOTIFY", "405"},
            {"REFER", "405"},
            {"invite", "501"},
            {"FOO", "501"},
        };
    }

    @Test(dataProvider = "methodsNotServed")
    public void methodThatIsNotServedIsRefusedWithAllow(String method, String status) {
        String answer = status(inspect(Doors.forTrunk("192.0.2.0/24"), as(method)));

        assertThat(answer).startsWith("SIP/2.0 " + status + " ");
        assertThat(answer).contains("\r\nAllow: INVITE, ACK, CANCEL, BYE, OPTIONS, UPDATE, INFO");
    }

    @Test
    public void optionsIsAnsweredWithWhatIsServed() {
        String answer = status(inspect(Doors.forTrunk("192.0.2.0/24"), as("OPTIONS")));

        assertThat(answer)
                .startsWith("SIP/2.0 200 OK\r\n")
                .contains("\r\nAllow: ", "\r\nAccept: application/sdp\r\n", "\r\nSupported: ")
                .contains(";received=192.0.2.7;rport=40000\r\n")
                .containsPattern("\r\nTo: <sip:200@gw>;tag=[0-9a-f]{24}\r\n")
                .endsWith("\r\nContent-Length: 0\r\n\r\n");
    }

    @Test
    public void theSameRequestGetsTheSameTagAndNoOtherDoes() {
        FrontDoor door = Doors.forTrunk("192.0.2.0/24");
        String options = as("OPTIONS");

        assertThat(status(inspect(door, options))).isEqualTo(status(inspect(door, options)));
        assertThat(status(inspect(door, options)))
                .isNotEqualTo(
                        status(inspect(door, options.replace("c1", "c2"))).replace("c2", "c1"));
    }

    @Test
    public void acknowledgementIsNeverAnswered() {
        FrontDoor door = Doors.forTrunk("192.0.2.0/24");

        assertThat(inspect(door, as("ACK").replace("CSeq: 1", "CSeq: 99999999999")))
                .isInstanceOf(Decision.Drop.class);
    }

    @Test
    public void viaOfAnotherTransportIsRefused() {
        FrontDoor door = Doors.forTrunk("192.0.2.0/24");

        assertThat(status(inspect(door, INVITE.replace("2.0/UDP", "2.0/TCP"))))
                .startsWith("SIP/2.0 400 ");
    }

    @Test
    public void responseToNoRequestOfOursIsDropped() {
        Counters counters = new Counters();
        FrontDoor door = door(counters, NanoClock.system(), 100);
        String response =
                INVITE.replace("INVITE sip:200@gw SIP/2.0", "SIP/2.0 200 OK")
                        .replaceAll("(?m)^(Contact|Max).*\r\n", "");
        String ours = response.replace("z9hG4bK1", Identifiers.nextBranch());

        assertThat(inspect(door, response)).isInstanceOf(Decision.Drop.class);
        assertThat(counters.get(Counter.SIP_DROPPED_STRAY)).isEqualTo(1);
        assertThat(inspect(door, ours)).isInstanceOf(Decision.Pass.class);
        assertThat(inspect(door, ours.replace("branch=z9hG4bK", "branch=z9hG4bKf")))
                .isInstanceOf(Decision.Drop.class);
    }

    @Test
    public void identifiersHave128RandomBits() {
        Set<String> seen = new HashSet<>();
        for (int i = 0; i < 100_000; i++) {
            String next = Identifiers.next();
            assertThat(next.length()).isEqualTo(32);
            assertThat(seen.add(next)).isTrue();
        }
    }

    private static String as(String method) {
        return INVITE.replace("INVITE", method);
    }

    private static String with(String headerLines) {
        return INVITE.replace("Content-Length", headerLines + "Content-Length");
    }

    private static FrontDoor door(Counters counters, NanoClock clock, int perSecond) {
        return Doors.with(counters, clock, perSecond, Doors.trunk("pbx", "192.0.2.0/24"));
    }

    private static Decision inspect(FrontDoor door, String message) {
        return inspect(door, message, Doors.address("192.0.2.7"));
    }

    private static Decision inspect(FrontDoor door, String message, InetAddress source) {
        byte[] bytes = message.getBytes(StandardCharsets.ISO_8859_1);
        return door.inspectDatagram(bytes, bytes.length, source, 40000);
    }

    private static String status(Decision decision) {
        return decision instanceof Decision.Answer(byte[] bytes, boolean _)
                ? new String(bytes, StandardCharsets.ISO_8859_1)
                : decision.toString();
    }
}
