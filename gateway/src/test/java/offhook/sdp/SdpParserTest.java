package offhook.sdp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

public class SdpParserTest {

    private static final String SESSION =
            "v=0\r\no=- 1 1 IN IP4 192.0.2.9\r\ns=-\r\nc=IN IP4 192.0.2.9\r\nt=0 0\r\n";
    private static final String AUDIO = SESSION + "m=audio 4000 RTP/AVP 0 101\r\n";

    @Test
    public void chromiumAudioOfferIsReadWhole() {
        SessionDescription offer = Sdp.parse(Sdp.resource("chromium-audio-offer.sdp"));

        assertThat(offer.bundle()).containsExactly("0");
        assertThat(offer.media()).hasSize(1);
        MediaSection audio = offer.media().getFirst();
        assertThat(audio.formats())
                .extracting(RtpFormat::payloadType)
                .containsExactly(111, 63, 9, 0, 8, 13, 110, 126);
        assertThat(audio.formats().getFirst())
                .isEqualTo(
                        new RtpFormat(
                                111, "opus", 48000, 2, Optional.of("minptime=10;useinbandfec=1")));
        assertThat(audio.ice().credentials())
                .contains(new IceCredentials("uHL7", "r+ealnk5kFcIGFtdXYM1TBqE"));
        assertThat(audio.ice().options()).containsExactly("trickle");
        assertThat(audio.ice().candidates()).hasSize(4);
        assertThat(audio.dtls().setup()).contains(Setup.ACTPASS);
        assertThat(audio.dtls().fingerprints())
                .extracting(Fingerprint::hash)
                .containsExactly("sha-256");
        assertThat(audio.rtcp().mux()).isTrue();
        assertThat(audio.rtcp().reducedSize()).isTrue();
        assertThat(audio.rtcp().port()).isEqualTo(OptionalInt.of(9));
        assertThat(audio.mid()).contains("0");
        assertThat(audio.extensions()).hasSize(4);
        assertThat(audio.sources()).hasSize(2);
    }

    @Test
    public void chromiumVideoAndDataFitTheLimitsOfBrowsers() {
        SessionDescription offer = Sdp.parse(Sdp.resource("chromium-audio-video-data-offer.sdp"));

        assertThat(offer.media())
                .extracting(MediaSection::media)
                .containsExactly("audio", "video", "application");
        assertThat(offer.media().get(2).formatList()).containsExactly("webrtc-datachannel");
    }

    @Test
    public void sectionTakesWhatTheSessionLevelSays() {
        SessionDescription offer =
                Sdp.parse(
                        SESSION
                                + "a=sendonly\r\na=ice-ufrag:abcd\r\n"
                                + "a=ice-pwd:0123456789012345678901\r\na=setup:active\r\n"
                                + ("a=fingerprint:SHA-256 " + Sdp.FINGERPRINT + "\r\n")
                                + "m=audio 4000 RTP/AVP 0\r\nm=audio 4002 RTP/AVP 8\r\n"
                                + "c=IN IP6 2001:db8::1\r\na=recvonly\r\n");

        MediaSection first = offer.media().getFirst();
        MediaSection second = offer.media().getLast();
        assertThat(first.direction()).isEqualTo(Direction.SENDONLY);
        assertThat(second.direction()).isEqualTo(Direction.RECVONLY);
        assertThat(first.connection()).contains(InetAddress.ofLiteral("192.0.2.9"));
        assertThat(second.connection()).contains(InetAddress.ofLiteral("2001:db8::1"));
        assertThat(second.ice().credentials()).isPresent();
        assertThat(second.dtls().setup()).contains(Setup.ACTIVE);
        assertThat(second.dtls().fingerprints())
                .containsExactly(new Fingerprint("sha-256", Sdp.FINGERPRINT));
    }

    @Test
    public void linesMayEndInLineFeedAlone() {
        assertThat(Sdp.parse(AUDIO.replace("\r\n", "\n"))).isEqualTo(Sdp.parse(AUDIO));
    }

    @Test
    public void duplicateCodecsAreMerged() {
        SessionDescription offer =
                Sdp.parse(
                        SESSION
                                + "m=audio 4000 RTP/AVP 0 0 96 97 0\r\na=rtpmap:0 PCMU/8000\r\n"
                                + "a=rtpmap:96 pcmu/8000\r\na=rtpmap:97 PCMU/8000/1\r\n");

        assertThat(offer.media().getFirst().formats())
                .containsExactly(RtpFormat.of(0, "PCMU", 8000));
    }

    @Test
    public void candidateFloodIsCut() {
        String flood =
                IntStream.range(0, 200)
                        .mapToObj(i -> "a=candidate:" + i + " 1 udp 1 10.0.0.1 22 typ host\r\n")
                        .collect(Collectors.joining());

        assertThat(Sdp.parse(AUDIO + flood).media().getFirst().ice().candidates()).hasSize(16);
    }

    @DataProvider
    Object[][] hostile() {
        return new Object[][] {
            {"", 400, "description is empty"},
            {"\r\n\r\n", 400, "description is empty"},
            {"hello", 400, "line 1 'hello': not of the form x=value"},
            {"v=1\r\n", 400, "line 1 'v=1': a description begins with v=0"},
            {"v=0\r\ns=-\r\n", 400, "no o= line"},
            {"v=0\r\no=- 1 1 IN IP4\r\n", 400, "line 2 'o=- 1 1 IN IP4': fewer than 6 fields"},
            {
                "v=0\r\no=- 99999999999999999999 1 IN IP4 h\r\n",
                400,
                "line 2 'o=- 99999999999999999999 1 IN IP4 h': number of more than 64 bits"
            },
            {SESSION + "q=1\r\n", 400, "line 6 'q=1': unknown kind of line"},
            {
                SESSION.replace("\r\n", "\r"),
                400,
                "line 1 'v=0?o=- 1 1 IN IP4 192.0.2.9?s=-?c=IN IP4 192.0.2.9?t=0 0': CR without LF"
            },
            {
                SESSION + "\r\n" + "m=audio 1 RTP/AVP 0\r\n",
                400,
                "line 7 'm=audio 1 RTP/AVP 0': follows an empty line"
            },
            {AUDIO + "a=fmtp:0 x\0y\r\n", 400, "line 7 'a=fmtp:0 x?y': NUL"},
            {
                AUDIO + "a=fmtp:128 x\r\n",
                400,
                "line 7 'a=fmtp:128 x': payload type '128' is not within 0-127"
            },
            {
                AUDIO + "a=rtpmap:4294967296 PCMU/8000\r\n",
                400,
                "line 7 'a=rtpmap:4294967296 PCMU/8000': payload type '4294967296' is not within 0-127"
            },
            {
                AUDIO + "a=rtpmap:101 telephone-event\r\n",
                400,
                "line 7 'a=rtpmap:101 telephone-event': not of the form number name/clock"
            },
            {
                AUDIO + "a=rtpmap:101 x/0\r\n",
                400,
                "line 7 'a=rtpmap:101 x/0': clock '0' is not within 1-1000000"
            },
            {
                AUDIO + "a=rtpmap:101 x/8000\r\na=rtpmap:101 y/8000\r\n",
                400,
                "line 8 'a=rtpmap:101 y/8000': second meaning of payload type 101"
            },
            {
                SESSION + "m=audio 4000 RTP/AVP 4294967296\r\n",
                400,
                "line 6 'm=audio 4000 RTP/AVP 4294967296': payload type '4294967296' is not within 0-127"
            },
            {
                SESSION + "m=audio 4000 RTP/AVP -1\r\n",
                400,
                "line 6 'm=audio 4000 RTP/AVP -1': payload type '-1' is not within 0-127"
            },
            {
                SESSION + "m=audio 65536 RTP/AVP 0\r\n",
                400,
                "line 6 'm=audio 65536 RTP/AVP 0': port '65536' is not within 0-65535"
            },
            {
                SESSION + "m=audio 4000/2 RTP/AVP 0\r\n",
                488,
                "line 6 'm=audio 4000/2 RTP/AVP 0': more than one port"
            },
            {SESSION + "m=audio 4000\r\n", 400, "line 6 'm=audio 4000': fewer than 4 fields"},
            {
                SESSION.replace("c=IN IP4 192.0.2.9\r\n", "") + "m=audio 4000 RTP/AVP 0\r\n",
                400,
                "line 5 'm=audio 4000 RTP/AVP 0': no c= line for it"
            },
            {
                AUDIO + "c=IN IP4 pbx.example.com\r\n",
                488,
                "line 7 'c=IN IP4 pbx.example.com': 'pbx.example.com' is no literal address; names are not resolved"
            },
            {
                AUDIO + "c=IN IP4 x.local\r\n",
                488,
                "line 7 'c=IN IP4 x.local': 'x.local' is no literal address; names are not resolved"
            },
            {
                AUDIO + "c=IN IP4 224.2.1.1/127\r\n",
                488,
                "line 7 'c=IN IP4 224.2.1.1/127': multicast is not served"
            },
            {
                AUDIO + "c=IN IP4 2001:db8::1\r\n",
                400,
                "line 7 'c=IN IP4 2001:db8::1': '2001:db8::1' is no IP4 address"
            },
            {AUDIO + "c=IN IP6 1:2:3\r\n", 400, "line 7 'c=IN IP6 1:2:3': '1:2:3' is no address"},
            {
                AUDIO + "c=IN IP4 0x7f.1\r\n",
                488,
                "line 7 'c=IN IP4 0x7f.1': '0x7f.1' is no literal address; names are not resolved"
            },
            {
                AUDIO + "c=IN IP4 192.0.2.256\r\n",
                488,
                "line 7 'c=IN IP4 192.0.2.256': '192.0.2.256' is no literal address; names are not resolved"
            },
            {
                AUDIO + "c=IN IP6 fe80::1%eth0\r\n",
                488,
                "line 7 'c=IN IP6 fe80::1%eth0': 'fe80::1%eth0' is no literal address; names are not resolved"
            },
            {
                AUDIO + "c=XX IP4 192.0.2.1\r\n",
                400,
                "line 7 'c=XX IP4 192.0.2.1': not of the form IN IP4|IP6 address"
            },
            {
                AUDIO + "a=ptime:0\r\n",
                400,
                "line 7 'a=ptime:0': packet time '0' is not within 1-1000"
            },
            {
                AUDIO + "a=ptime:-1\r\n",
                400,
                "line 7 'a=ptime:-1': value of wrong length or characters"
            },
            {
                AUDIO + "a=ptime:1000000000\r\n",
                400,
                "line 7 'a=ptime:1000000000': packet time '1000000000' is not within 1-1000"
            },
            {
                AUDIO + "a=rtcp:65536\r\n",
                400,
                "line 7 'a=rtcp:65536': port '65536' is not within 0-65535"
            },
            {
                AUDIO + "a=rtcp:4001 IN IP4 h\r\n",
                488,
                "line 7 'a=rtcp:4001 IN IP4 h': 'h' is no literal address; names are not resolved"
            },
            {
                AUDIO + "a=ice-ufrag:" + "u".repeat(10 * 256) + "\r\n",
                400,
                "line 7 'a=ice-ufrag:"
                        + "u".repeat(50)
                        + "...': value of wrong length or characters"
            },
            {
                AUDIO + "a=ice-ufrag:abc\r\n",
                400,
                "line 7 'a=ice-ufrag:abc': value of wrong length or characters"
            },
            {AUDIO + "a=setup:both\r\n", 400, "line 7 'a=setup:both': unknown DTLS role"},
            {
                AUDIO + "a=fingerprint:sha-256\r\n",
                400,
                "line 7 'a=fingerprint:sha-256': no fingerprint"
            },
            {
                AUDIO + "a=fingerprint:sha-256 " + "AB:".repeat(19) + "AB\r\n",
                400,
                "line 7 'a=fingerprint:sha-256 AB:AB:AB:AB:AB:AB:AB:AB:AB:AB:AB:AB:AB:A...': a sha-256 fingerprint has 32 bytes"
            },
            {
                AUDIO + "a=extmap:0 urn:x\r\n",
                400,
                "line 7 'a=extmap:0 urn:x': id '0' is not within 1-8191"
            },
            {
                AUDIO + "a=extmap:1/both urn:x\r\n",
                400,
                "line 7 'a=extmap:1/both urn:x': unknown direction"
            },
            {
                AUDIO + "a=ssrc:4294967296 cname:x\r\n",
                400,
                "line 7 'a=ssrc:4294967296 cname:x': ssrc '4294967296' is not within 0-4294967295"
            },
            {
                AUDIO + "a=fmtp:0 " + "x".repeat(600) + "\r\n",
                488,
                "line 7 'a=fmtp:0 "
                        + "x".repeat(53)
                        + "...': parameters of more than 512 characters"
            },
            {
                SESSION + "m=audio 4000 RTP/AVP 0\r\n".repeat(5),
                488,
                "line 10 'm=audio 4000 RTP/AVP 0': more than 4 media sections"
            },
            {AUDIO + "a=x\r\n".repeat(65), 488, "line 71 'a=x': more than 64 attributes"},
            {
                SESSION + "m=audio 4000 RTP/AVP" + " 96".repeat(65) + "\r\n",
                488,
                "line 6 'm=audio 4000 RTP/AVP 96 96 96 96 96 96 96 96 96 96 96 96 96 96...': more than 64 formats"
            },
            {AUDIO + "a=x\r\n".repeat(2000), 413, "description of 10091 characters, at most 8192"},
        };
    }

    @Test(dataProvider = "hostile")
    public void hostileDescriptionIsRefusedWithItsLine(String text, int status, String message) {
        assertThatThrownBy(() -> SdpParser.parse(text))
                .isInstanceOfSatisfying(
                        SdpException.class,
                        e -> {
                            assertThat(e).hasMessage(message);
                            assertThat(e.verdict().sipStatus()).isEqualTo(status);
                        });
    }

    @Test
    public void mutatedOffersAreReadOrRefusedButNothingElse() {
        long seed = 20_260_117L;
        System.out.println("SdpParserTest seed " + seed);
        Random random = new Random(seed);
        String[] originals = {
            Sdp.resource("chromium-audio-offer.sdp"),
            Sdp.resource("cisco-offer.sdp"),
            Sdp.resource("asterisk-offer.sdp")
        };
        int read = 0;
        int refused = 0;

        for (int i = 0; i < 9_000; i++) {
            String mutant = mutate(originals[i % originals.length], random);
            try {
                SessionDescription offer = SdpParser.parse(mutant, SdpLimits.BROWSER);
                answerBothWays(offer);
                assertThat(Sdp.parse(SdpWriter.write(offer)).media()).hasSameSizeAs(offer.media());
                read++;
            } catch (SdpException e) {
                assertThat(e.getMessage()).matches("[ -~]+");
                refused++;
            }
        }

        assertThat(read).isGreaterThan(300);
        assertThat(refused).isGreaterThan(300);
    }

    private static void answerBothWays(SessionDescription offer) {
        try {
            OfferAnswer.answerTrunk(offer, Sdp.trunk("PCMA", "PCMU"), Optional.empty());
        } catch (SdpException e) {
            assertThat(e.verdict().sipStatus()).isEqualTo(488);
        }
        try {
            OfferAnswer.answerBrowser(offer, Sdp.browser("opus", "PCMU"), Optional.empty());
        } catch (SdpException e) {
            assertThat(e.verdict().sipStatus()).isEqualTo(488);
        }
    }

    private static String mutate(String text, Random random) {
        StringBuilder mutant = new StringBuilder(text);
        for (int n = 1 + random.nextInt(3); n > 0; n--) {
            int at = random.nextInt(mutant.length());
            switch (random.nextInt(5)) {
                case 0 -> mutant.setCharAt(at, (char) random.nextInt(256));
                case 1 ->
                        mutant.setCharAt(at, "0123456789 :/=.-%\r\n\0".charAt(random.nextInt(20)));
                case 2 -> mutant.delete(at, Math.min(mutant.length(), at + 1 + random.nextInt(20)));
                case 3 -> mutant.insert(at, "9".repeat(1 + random.nextInt(12)));
                default -> mutant.insert(at, text, at / 2, Math.min(text.length(), at / 2 + 40));
            }
        }
        return mutant.toString();
    }
}
