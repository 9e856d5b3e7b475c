package offhook.sdp;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.testng.annotations.Test;

/// Descriptions that a hostile trunk may offer, against the way that every offer of a trunk goes.
/// Each is answered or refused with a status, and nothing else happens.
public class HostileSdpTest {

    private static final String HEAD = "v=0\r\no=- 1 1 IN IP4 192.0.2.9\r\ns=-\r\n";
    private static final String CONNECTION = "c=IN IP4 192.0.2.9\r\nt=0 0\r\n";
    private static final String AUDIO = "m=audio 4000 RTP/AVP 8 101\r\n";
    private static final String GOOD =
            HEAD + CONNECTION + AUDIO + "a=rtpmap:101 telephone-event/8000\r\n";

    private static final List<String> NUMBERS =
            List.of(
                    "",
                    "-1",
                    "0",
                    "1",
                    "127",
                    "128",
                    "255",
                    "256",
                    "65535",
                    "65536",
                    "2147483647",
                    "2147483648",
                    "4294967295",
                    "4294967296",
                    "9223372036854775808",
                    "18446744073709551616",
                    "1e9",
                    "0x10",
                    "+8",
                    " 8",
                    "8 ",
                    "08",
                    "1.5",
                    "%d%n",
                    "\u0668",
                    "\0",
                    "9".repeat(400));

    private static final List<String> TEXTS =
            List.of(
                    "\0",
                    "\r",
                    "\n",
                    "\r\n",
                    "%s%n%x",
                    "\u00c0\u0080",
                    "\ud800",
                    "\u010a",
                    "\u2028",
                    "x".repeat(4000),
                    ";".repeat(2000),
                    "=",
                    ":",
                    "/",
                    " ",
                    "\"",
                    "<>",
                    "${jndi:ldap://x}",
                    "a=b;".repeat(500),
                    "-".repeat(300));

    private static final List<String> HOSTS =
            List.of(
                    "0.0.0.0",
                    "127.0.0.1",
                    "255.255.255.255",
                    "224.2.1.1",
                    "224.2.1.1/127",
                    "239.1.1.1/127/3",
                    "169.254.169.254",
                    "256.1.1.1",
                    "1.2.3",
                    "1.2.3.4.5",
                    "evil.example",
                    "localhost",
                    "",
                    " ",
                    "::1",
                    "[::1]",
                    "::ffff:127.0.0.1",
                    "192.0.2.9:99",
                    "192.0.2.9/",
                    "0x7f000001",
                    "2130706433",
                    "017700000001",
                    "x".repeat(300));

    private static List<String> cases() {
        List<String> cases = new ArrayList<>();
        for (String n : NUMBERS) {
            cases.add(GOOD.replace("4000", n));
            cases.add(GOOD.replace("4000", "4000/" + n));
            cases.add(GOOD.replace("AVP 8", "AVP " + n));
            cases.add(GOOD + "a=ptime:" + n + "\r\n");
            cases.add(GOOD + "a=maxptime:" + n + "\r\n");
            cases.add(GOOD + "a=rtcp:" + n + "\r\n");
            cases.add(GOOD + "a=rtpmap:" + n + " PCMA/8000\r\n");
            cases.add(GOOD + "a=rtpmap:8 PCMA/" + n + "\r\n");
            cases.add(GOOD + "a=rtpmap:8 PCMA/8000/" + n + "\r\n");
            cases.add(GOOD + "a=fmtp:101 " + n + "-" + n + "\r\n");
            cases.add(GOOD + "a=rtcp-xr:rcvr-rtt=all:" + n + "\r\n");
            cases.add(GOOD.replace("o=- 1 1", "o=- " + n + " " + n));
            cases.add(GOOD.replace("v=0", "v=" + n));
        }
        for (String t : TEXTS) {
            cases.add(GOOD + "a=fmtp:8 " + t + "\r\n");
            cases.add(GOOD + "a=fmtp:101 0-15" + t + "\r\n");
            cases.add(GOOD + "a=" + t + "\r\n");
            cases.add(GOOD + t);
            cases.add(t + GOOD);
            cases.add(GOOD.replace("s=-", "s=" + t));
            cases.add(GOOD.replace("o=-", "o=" + t));
            cases.add(GOOD.replace("RTP/AVP", t));
            cases.add(GOOD.replace("audio", t));
            cases.add(GOOD.replace("\r\n", t));
        }
        for (String h : HOSTS) {
            cases.add(GOOD.replace("c=IN IP4 192.0.2.9", "c=IN IP4 " + h));
            cases.add(GOOD.replace("c=IN IP4 192.0.2.9", "c=IN IP6 " + h));
            cases.add(GOOD + "a=rtcp:4001 IN IP4 " + h + "\r\n");
            cases.add(GOOD + "c=IN IP4 " + h + "\r\n");
        }
        cases.addAll(
                List.of(
                        "",
                        "\r\n",
                        "v=0",
                        HEAD,
                        HEAD + AUDIO,
                        HEAD + "t=0 0\r\n" + AUDIO,
                        GOOD.replace("\r\n", "\r"),
                        GOOD.replace("\r\n", "\n\r"),
                        GOOD + AUDIO.repeat(1000),
                        GOOD + AUDIO.repeat(3),
                        GOOD + AUDIO.repeat(4),
                        GOOD + "a=rtpmap:8 PCMA/8000\r\n".repeat(60),
                        GOOD + "a=rtpmap:8 PCMA/8000\r\n".repeat(200),
                        GOOD.replace("AVP 8", "AVP" + " 8".repeat(200)),
                        GOOD.replace("AVP 8", "AVP 8 8 0 0 8"),
                        GOOD.replace("AVP 8 101", "AVP"),
                        GOOD + "a=ice-ufrag:" + "u".repeat(10_000) + "\r\n",
                        GOOD + "a=sendonly\r\na=recvonly\r\na=inactive\r\n",
                        GOOD + "a=group:BUNDLE" + " 0".repeat(1000) + "\r\n",
                        GOOD + "c=IN IP4 192.0.2.9\r\n".repeat(200),
                        GOOD.replace("RTP/AVP", "RTP/SAVP"),
                        GOOD
                                + "a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:"
                                + "A".repeat(9)
                                + "\r\n",
                        GOOD.repeat(2)));
        return cases;
    }

    @Test
    public void hostileOfferIsAnsweredOrRefused() {
        List<String> cases = cases();
        int answered = 0;
        int refused = 0;
        for (String text : cases) {
            try {
                SessionDescription offer = SdpParser.parse(text);
                TrunkAnswer answer =
                        OfferAnswer.answerTrunk(offer, Sdp.trunk("PCMA", "PCMU"), Optional.empty());
                String written = SdpWriter.write(answer.local());
                assertThat(written.replace("\r\n", "")).as(text).matches("[ -~]*");
                assertThat(answer.media().remotePtimeMillis()).as(text).isBetween(10, 60);
                answered++;
            } catch (SdpException e) {
                assertThat(e.verdict().sipStatus()).as(text).isIn(400, 413, 488, 606);
                refused++;
            }
        }
        assertThat(cases.size()).isGreaterThan(400);
        assertThat(answered).as("cases that are harmless").isGreaterThan(50);
        assertThat(refused).as("cases that are not").isGreaterThan(200);
    }
}
