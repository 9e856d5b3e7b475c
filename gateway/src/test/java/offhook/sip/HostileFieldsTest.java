package offhook.sip;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import offhook.call.CallId;
import offhook.call.CallInbox;
import offhook.call.CallInput;
import offhook.call.EndCause;
import offhook.sip.WireStand.Way;
import offhook.telemetry.Counter;
import org.testng.annotations.AfterClass;
import org.testng.annotations.BeforeClass;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

/// Every header field and every line of an SDP, one at a time, with every kind of value that
/// parsers have died of, on real sockets: each message is answered strictly or not at all, the
/// OPTIONS behind it is answered, and nothing meets a defect of ours.
public class HostileFieldsTest {

    private static final String SDP =
            "v=0\r\no=- 1 1 IN IP4 127.1.0.1\r\ns=-\r\nc=IN IP4 127.1.0.1\r\nt=0 0\r\n"
                    + "m=audio 40000 RTP/AVP 8 101\r\na=rtpmap:8 PCMA/8000\r\n"
                    + "a=rtpmap:101 telephone-event/8000\r\na=fmtp:101 0-16\r\na=ptime:20\r\n"
                    + "a=sendrecv\r\n";

    /// A field with a value that is in order, in which one part after the other is made hostile.
    private static final List<String> FIELDS =
            List.of(
                    "Via: SIP/2.0/UDP 127.1.0.1:5999;rport;branch=z9hG4bK1",
                    "Max-Forwards: 70",
                    "From: \"Ann\" <sip:100@pbx>;tag=f",
                    "To: <sip:200@gw>",
                    "Call-ID: hostile",
                    "CSeq: 1 INVITE",
                    "Contact: <sip:100@127.1.0.1:5999;transport=udp>;expires=60",
                    "Content-Type: application/sdp;charset=utf-8",
                    "Content-Length: 10",
                    "Content-Encoding: gzip",
                    "Content-Disposition: session;handling=optional",
                    "MIME-Version: 1.0",
                    "Route: <sip:127.0.0.1:5060;lr>",
                    "Record-Route: <sip:127.1.0.1:5060;lr>",
                    "Allow: INVITE, BYE",
                    "Supported: 100rel, timer",
                    "Require: 100rel",
                    "Proxy-Require: privacy",
                    "Session-Expires: 1800;refresher=uac",
                    "Min-SE: 90",
                    "RSeq: 1",
                    "RAck: 1 1 INVITE",
                    "Replaces: a@b;to-tag=t;from-tag=f",
                    "Join: a@b;to-tag=t;from-tag=f",
                    "Refer-To: <sip:300@127.0.0.1?Replaces=a%40b%3Bto-tag%3Dt>",
                    "Refer-Sub: false",
                    "Referred-By: <sip:100@pbx>;cid=\"1@2\"",
                    "Event: refer;id=1",
                    "Subscription-State: active;expires=60",
                    "Expires: 60",
                    "Date: Sat, 13 Nov 2010 23:29:00 GMT",
                    "Timestamp: 54.1 0.5",
                    "Accept: application/sdp;level=1",
                    "Accept-Encoding: gzip;q=1.0",
                    "Accept-Language: da, en-gb;q=0.8",
                    "P-Asserted-Identity: \"Ann\" <sip:100@pbx>, <tel:+34100>",
                    "P-Preferred-Identity: <sip:100@pbx>",
                    "Remote-Party-ID: \"Ann\" <sip:100@pbx>;party=calling;privacy=off",
                    "Diversion: <sip:100@pbx>;reason=busy;counter=1",
                    "History-Info: <sip:100@pbx?Reason=SIP%3Bcause%3D302>;index=1.1",
                    "Privacy: id;critical",
                    "User-to-User: 3132;encoding=hex",
                    "Authorization: Digest username=\"a\", realm=\"r\", nonce=\"n\","
                            + " uri=\"sip:gw\", response=\"0\", nc=00000001, qop=auth",
                    "Proxy-Authorization: Digest username=\"a\", realm=\"r\", nonce=\"n\"",
                    "WWW-Authenticate: Digest realm=\"r\", nonce=\"n\"",
                    "Reason: Q.850;cause=16;text=\"x\"",
                    "Warning: 399 gw \"x\"",
                    "Retry-After: 10 (x);duration=1",
                    "Alert-Info: <http://x/y>",
                    "Call-Info: <http://x/y>;purpose=icon",
                    "Error-Info: <sip:x@y>",
                    "In-Reply-To: a@b",
                    "Subject: x",
                    "User-Agent: x/1",
                    "Server: x/1",
                    "Organization: x",
                    "Priority: normal",
                    "Identity: abc;info=<https://x/y>;alg=ES256",
                    "Recv-Info: x",
                    "Info-Package: x",
                    "X-Unknown: 1");

    /// The first so many fields are those of every request.
    private static final int OF_ALL_REQUESTS = 13;

    private static final List<String> LINES =
            List.of(
                    "v=0",
                    "o=- 1 1 IN IP4 127.1.0.1",
                    "s=-",
                    "i=x",
                    "u=http://x/",
                    "e=a@b",
                    "p=+1 617",
                    "c=IN IP4 127.1.0.1/127/1",
                    "b=AS:64",
                    "t=0 0",
                    "r=7d 1h 0 25h",
                    "z=2882844526 -1h",
                    "k=clear:x",
                    "m=audio 40000 RTP/AVP 8 101",
                    "m=audio 40000/2 RTP/SAVP 8",
                    "m=video 40002 RTP/AVP 96",
                    "a=rtpmap:8 PCMA/8000/1",
                    "a=rtpmap:101 telephone-event/8000",
                    "a=fmtp:101 0-16,32-36",
                    "a=ptime:20",
                    "a=maxptime:40",
                    "a=rtcp:40001 IN IP4 127.1.0.1",
                    "a=rtcp-mux",
                    "a=rtcp-fb:8 nack",
                    "a=sendrecv",
                    "a=crypto:1 AES_CM_128_HMAC_SHA1_80"
                            + " inline:d0RmdmcmVCspeEc3QGZiNWpVLFJhQX1cfHAwJSoj|2^20|1:32",
                    "a=mid:0",
                    "a=group:BUNDLE 0",
                    "a=ssrc:1 cname:x",
                    "a=setup:actpass",
                    "a=fingerprint:sha-256 AA:BB",
                    "a=ice-ufrag:abcd",
                    "a=ice-pwd:abcdabcdabcdabcdabcdab",
                    "a=candidate:1 1 UDP 1 127.1.0.1 40000 typ host raddr 127.1.0.1 rport 1",
                    "a=extmap:1 urn:x",
                    "a=silenceSupp:off - - - -",
                    "a=x");

    private final ConcurrentLinkedQueue<Throwable> uncaught = new ConcurrentLinkedQueue<>();
    private final AtomicInteger opened = new AtomicInteger();

    /// The status of the first final response that came before that to the OPTIONS, if one did.
    private final Map<String, Integer> answers = new TreeMap<>();

    private WireStand stand;
    private int messages;

    @BeforeClass
    public void start() throws Exception {
        Thread.setDefaultUncaughtExceptionHandler((_, thrown) -> uncaught.add(thrown));
        stand =
                new WireStand((id, _, leg) -> {
                    opened.incrementAndGet();
                    leg.end(EndCause.declined());
                    return new Ended(id);
                });
    }

    /// A call that was over before it began.
    private record Ended(CallId callId) implements CallInbox {
        @Override
        public boolean offer(CallInput input) {
            return true;
        }
    }

    @AfterClass(alwaysRun = true)
    public void stop() throws Exception {
        Thread.setDefaultUncaughtExceptionHandler(null);
        stand.close();
    }

    /// What takes the place of a part, or of the whole value.
    private static List<String> values() {
        List<String> values =
                new ArrayList<>(
                        List.of(
                                "",
                                " ",
                                "%s%n%x%s%n",
                                "${jndi:ldap://x.invalid/}",
                                "\u00c0\u0080\u00c0\u00af\u00e0\u0080\u0080\u00ff\u00fe",
                                "\0",
                                "a\0b",
                                "\"",
                                "<",
                                ",,,;;;===",
                                "[::",
                                "0",
                                "-1",
                                "2147483648",
                                "4294967296",
                                "9223372036854775808",
                                "00000000000000000000000000000000001",
                                "1e999"));
        for (int length : new int[] {128, 1024, 8191, 16_001, 65_535}) {
            values.add("A".repeat(length));
        }
        values.add("9".repeat(128));
        values.add("(".repeat(2000));
        return values;
    }

    /// Every value in the place of the whole, of the first number and behind the last parameter.
    private static List<String> hostile(String line, char separator) {
        int colon = line.indexOf(separator) + 1;
        String head = line.substring(0, colon);
        String value = line.substring(colon);
        List<String> lines = new ArrayList<>();
        for (String bad : values()) {
            lines.add(head + bad);
            lines.add(line + ";" + bad + "=" + bad);
            if (value.matches("(?s).*[0-9].*")) {
                lines.add(head + value.replaceFirst("[0-9]+", Matcher.quoteReplacement(bad)));
            }
        }
        lines.add(line + "\r\n" + line);
        lines.add((line + "\r\n").repeat(100) + line);
        lines.add((line + "\r\n").repeat(400) + line);
        lines.add(line.replaceFirst("[:=]", ""));
        return lines;
    }

    @DataProvider
    public Object[][] fields() {
        return rows(FIELDS);
    }

    @DataProvider
    public Object[][] lines() {
        return rows(LINES);
    }

    private static Object[][] rows(List<String> values) {
        return values.stream().map(v -> new Object[] {v}).toArray(Object[][]::new);
    }

    @Test(dataProvider = "fields")
    public void hostileFieldHarmsNobody(String field) throws Exception {
        List<String> lines = hostile(field, ':');
        lines.add(""); // missing
        boolean ofAll = FIELDS.indexOf(field) < OF_ALL_REQUESTS;
        for (String line : lines) {
            sendAndCheck(message("INVITE", field, line, SDP));
            if (ofAll) {
                sendAndCheck(message("OPTIONS", field, line, ""));
            }
        }
        assertNobodyIsHarmed(field);
    }

    @Test(dataProvider = "lines")
    public void hostileLineOfAnSdpHarmsNobody(String line) throws Exception {
        List<String> lines = hostile(line, '=');
        lines.add("");
        for (String each : lines) {
            boolean there = SDP.contains(line + "\r\n");
            String text = each.isEmpty() ? "" : each + "\r\n";
            String sdp = there ? SDP.replace(line + "\r\n", text) : SDP + text;
            sendAndCheck(message("INVITE", "X-Unknown: 1", "X-Unknown: 1", sdp));
        }
        assertNobodyIsHarmed(line);
    }

    /// Some of it was in order all the same, and some was not.
    @Test(dependsOnMethods = {"hostileFieldHarmsNobody", "hostileLineOfAnSdpHarmsNobody"})
    public void messagesWereJudged() {
        System.out.println(
                "hostile messages %d, calls %d, answered at once %s, contained parser failures %d"
                        .formatted(
                                messages,
                                opened.get(),
                                answers,
                                stand.counters().get(Counter.SIP_PARSER_ERRORS)));
        assertThat(messages).isGreaterThan(8000);
        assertThat(opened.get()).isGreaterThan(1000);
        assertThat(answers).containsKeys("200", "400", "415", "420", "488", "513");
    }

    /// A request whose field with that name is this one, or that has it besides.
    private String message(String method, String field, String line, String body) {
        String id = "h" + messages + "-" + System.nanoTime();
        String name = field.substring(0, field.indexOf(':') + 1);
        String head =
                """
                %1$s sip:200@gw SIP/2.0
                Via: SIP/2.0/UDP 127.1.0.1:5999;rport;branch=z9hG4bK%2$s
                Max-Forwards: 70
                From: "Ann" <sip:100@pbx>;tag=f
                To: <sip:200@gw>
                Call-ID: %2$s
                CSeq: 1 %1$s
                Contact: <sip:100@127.1.0.1:5999>
                Content-Type: application/sdp
                Content-Length: %3$d
                """
                        .formatted(method, id, body.length())
                        .replace("\n", "\r\n");
        String others =
                head.lines()
                        .filter(l -> !l.startsWith(name))
                        .map(l -> l + "\r\n")
                        .reduce("", String::concat);
        return others + (line.isEmpty() ? "" : line + "\r\n") + "\r\n" + body;
    }

    private void sendAndCheck(String message) throws Exception {
        messages++;
        // No datagram is longer than that; otherwise the transports take turns.
        Way way = messages % 2 == 0 && message.length() < 60_000 ? Way.UDP : Way.TCP;
        byte[] bytes =
                message.replace("SIP/2.0/UDP", "SIP/2.0/" + way)
                        .getBytes(StandardCharsets.ISO_8859_1);
        String first = "";
        for (String reply : stand.exchange(way, bytes, 150)) {
            if (reply.isEmpty()) {
                // A connection may be closed, or wait for the rest of a message.
                assertThat(way).as("no answer to OPTIONS behind %s", message).isEqualTo(Way.TCP);
            } else {
                StrictReply.check(reply, message.substring(0, Math.min(message.length(), 900)));
                first = reply.startsWith("SIP/2.0 100 ") ? first : reply.substring(8, 11);
            }
        }
        answers.merge(first, 1, Integer::sum);
    }

    private void assertNobodyIsHarmed(String what) throws Exception {
        assertThat(stand.counters().get(Counter.CALL_BUGS)).as(what).isZero();
        assertThat(uncaught).as(what).isEmpty();
        for (Way way : Way.values()) {
            assertThat(stand.exchange(way, new byte[0], TextPhone.PATIENCE_MILLIS))
                    .as("alive after %s", what)
                    .isEmpty();
        }
    }
}
