package offhook.sdp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

public class BrowserOfferAnswerTest {

    private static final String AUDIO_OFFER = Sdp.resource("chromium-audio-offer.sdp");
    private static final String WIDE_OFFER = Sdp.resource("chromium-audio-video-data-offer.sdp");

    @Test
    public void chromiumIsAnsweredWithOpus() throws SdpException {
        BrowserAnswer answer = answer(AUDIO_OFFER, "opus", "PCMU", "PCMA");

        assertThat(SdpWriter.write(answer.local()))
                .isEqualTo(
                        String.join(
                                "\r\n",
                                "v=0",
                                "o=- 88 1 IN IP4 203.0.113.10",
                                "s=-",
                                "c=IN IP4 203.0.113.10",
                                "t=0 0",
                                "a=group:BUNDLE 0",
                                "a=ice-lite",
                                "m=audio 7882 UDP/TLS/RTP/SAVPF 111 0 8 110",
                                "a=rtcp-mux",
                                "a=rtcp-rsize",
                                "a=ice-ufrag:oursUfrag",
                                "a=ice-pwd:ourPassword0123456789ab",
                                "a=candidate:1 1 udp 2130706431 203.0.113.10 7882 typ host",
                                "a=end-of-candidates",
                                "a=fingerprint:sha-256 " + Sdp.FINGERPRINT,
                                "a=setup:passive",
                                "a=mid:0",
                                "a=extmap:1 urn:ietf:params:rtp-hdrext:ssrc-audio-level",
                                "a=rtpmap:111 opus/48000/2",
                                "a=fmtp:111 minptime=10;useinbandfec=1;maxplaybackrate=8000;"
                                        + "sprop-maxcapturerate=8000;maxaveragebitrate=24000;"
                                        + "stereo=0;usedtx=1",
                                "a=rtpmap:0 PCMU/8000",
                                "a=rtpmap:8 PCMA/8000",
                                "a=rtpmap:110 telephone-event/48000",
                                "a=fmtp:110 0-15",
                                "a=ptime:20",
                                "a=sendrecv",
                                "a=msid:stream1 track1",
                                "a=ssrc:4000000001 cname:cname1",
                                ""));
        BrowserMedia media = answer.media();
        assertThat(media.remoteIce())
                .isEqualTo(new IceCredentials("uHL7", "r+ealnk5kFcIGFtdXYM1TBqE"));
        assertThat(media.remoteFingerprint().value()).startsWith("FA:61:F3:8A");
        assertThat(media.localSetup()).isEqualTo(Setup.PASSIVE);
        assertThat(media.send().payloadType()).isEqualTo(111);
        assertThat(media.receive()).containsOnlyKeys(111, 0, 8);
        assertThat(media.events()).map(RtpFormat::payloadType).contains(110);
        assertThat(media.audioLevelId()).isEqualTo(OptionalInt.of(1));
        assertThat(media.direction()).isEqualTo(Direction.SENDRECV);
    }

    @Test
    public void ourAnswerReadsBackAsWritten() throws SdpException {
        SessionDescription local = answer(WIDE_OFFER, "opus", "PCMU").local();

        assertThat(Sdp.parse(SdpWriter.write(local))).isEqualTo(local);
    }

    @Test
    public void digitsHaveTheClockOfTheChosenCodec() throws SdpException {
        BrowserAnswer answer = answer(AUDIO_OFFER, "PCMU", "opus");

        assertThat(answer.media().send().encodingName()).isEqualTo("PCMU");
        assertThat(answer.media().events())
                .map(RtpFormat::payloadType)
                .contains(126); // telephone-event/8000
        assertThat(answer.local().media().getFirst().formatList())
                .containsExactly("0", "111", "126");
    }

    @Test
    public void videoAndDataAreRejectedAndLeaveTheBundle() throws SdpException {
        SessionDescription local = answer(WIDE_OFFER, "opus").local();

        assertThat(local.bundle()).containsExactly("0");
        assertThat(local.media()).extracting(MediaSection::port).containsExactly(7882, 0, 0);
        assertThat(local.media()).extracting(s -> s.mid().get()).containsExactly("0", "1", "2");
    }

    @Test
    public void browserThatHoldsIsSentNoTrackButKeepsOurSource() throws SdpException {
        BrowserAnswer answer = answer(AUDIO_OFFER.replace("a=sendrecv", "a=sendonly"), "opus");

        assertThat(answer.media().direction()).isEqualTo(Direction.RECVONLY);
        assertThat(answer.local().media().getFirst().sources())
                .extracting(MediaSection.Source::ssrc)
                .containsExactly(4_000_000_001L);
        assertThat(answer.local().media().getFirst().msid()).isEmpty();
    }

    @DataProvider
    Object[][] unsafeOffers() { // what is replaced, by what, the error
        return new Object[][] {
            {"a=fingerprint:.*\r\n", "", "a=fingerprint is required"},
            {
                "a=fingerprint:.*\r\n",
                "a=fingerprint:md5 " + "AB:".repeat(15) + "AB\r\n",
                "a=fingerprint:md5 is not served, only sha-256"
            },
            {
                "a=fingerprint:.*\r\n",
                "a=fingerprint:sha-1 " + "AB:".repeat(19) + "AB\r\n",
                "a=fingerprint:sha-1 is not served, only sha-256"
            },
            {
                "a=setup:actpass\r\n",
                "a=setup:actpass\r\na=fingerprint:sha-256 " + Sdp.FINGERPRINT + "\r\n",
                "more than one a=fingerprint:sha-256"
            },
            {
                "a=setup:actpass",
                "a=setup:passive",
                "a=setup:passive is not served, as we are passive"
            },
            {
                "a=setup:actpass",
                "a=setup:holdconn",
                "a=setup:holdconn is not served, as we are passive"
            },
            {"a=setup:actpass\r\n", "", "a=setup is required"},
            {"a=rtcp-mux\r\n", "", "a=rtcp-mux is required"},
            {"a=ice-pwd:.*\r\n", "", "a=ice-ufrag and a=ice-pwd are required"},
            {"t=0 0\r\n", "t=0 0\r\na=ice-lite\r\n", "a=ice-lite on both sides"},
            {"UDP/TLS/RTP/SAVPF", "RTP/AVP", "'RTP/AVP' is not served, only DTLS-SRTP"},
            {"m=audio", "m=text", "no audio section"},
            {
                "SAVPF 111 63 9 0 8",
                "SAVPF 9",
                "no codec of G722, CN, telephone-event, telephone-event is served; we have opus"
            },
        };
    }

    @Test(dataProvider = "unsafeOffers")
    public void unsafeOfferIsRefusedWithTheReason(String what, String with, String message) {
        assertThatThrownBy(() -> answer(AUDIO_OFFER.replaceFirst(what, with), "opus"))
                .isInstanceOfSatisfying(
                        SdpException.class,
                        e -> {
                            assertThat(e).hasMessage(message);
                            assertThat(e.verdict().sipStatus()).isEqualTo(488);
                        });
    }

    @Test
    public void browserThatOpensItselfIsFine() throws SdpException {
        BrowserAnswer answer =
                answer(AUDIO_OFFER.replace("a=setup:actpass", "a=setup:active"), "opus");

        assertThat(answer.media().localSetup()).isEqualTo(Setup.PASSIVE);
    }

    @Test
    public void everyAddressIsACandidateThePreferredOneFirst() throws SdpException {
        BrowserCapabilities ours = Sdp.browser("opus");
        BrowserCapabilities several =
                new BrowserCapabilities(
                        ours.codecs(),
                        ours.opus(),
                        true,
                        Direction.SENDRECV,
                        List.of(
                                InetAddress.ofLiteral("203.0.113.10"),
                                InetAddress.ofLiteral("10.0.0.1"),
                                InetAddress.ofLiteral("2001:db8::1")),
                        ours.port(),
                        ours.ice(),
                        ours.fingerprint(),
                        ours.ssrc(),
                        ours.cname(),
                        ours.msid(),
                        88);

        SessionDescription local =
                OfferAnswer.answerBrowser(Sdp.parse(AUDIO_OFFER), several, Optional.empty())
                        .local();

        assertThat(local.media().getFirst().connection())
                .contains(InetAddress.ofLiteral("203.0.113.10"));
        assertThat(local.media().getFirst().ice().candidates())
                .containsExactly(
                        "1 1 udp 2130706431 203.0.113.10 7882 typ host",
                        "2 1 udp 2130706175 10.0.0.1 7882 typ host",
                        "3 1 udp 2130705919 2001:db8:0:0:0:0:0:1 7882 typ host");
    }

    @Test
    public void iceRestartKeepsTheSessionAndCountsTheVersion() throws SdpException {
        SessionDescription first = answer(AUDIO_OFFER, "opus").local();
        BrowserCapabilities ours = Sdp.browser("opus");
        BrowserCapabilities restarted =
                new BrowserCapabilities(
                        ours.codecs(),
                        ours.opus(),
                        true,
                        Direction.SENDRECV,
                        ours.addresses(),
                        ours.port(),
                        new IceCredentials("fresh", "freshPassword0123456789"),
                        ours.fingerprint(),
                        ours.ssrc(),
                        ours.cname(),
                        ours.msid(),
                        99);

        SessionDescription second =
                OfferAnswer.answerBrowser(Sdp.parse(AUDIO_OFFER), restarted, Optional.of(first))
                        .local();

        assertThat(second.origin().sessionId()).isEqualTo(88);
        assertThat(second.origin().version()).isEqualTo(2);
    }

    private static BrowserAnswer answer(String offer, String... codecs) throws SdpException {
        return OfferAnswer.answerBrowser(Sdp.parse(offer), Sdp.browser(codecs), Optional.empty());
    }
}
