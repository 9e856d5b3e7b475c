package offhook.sdp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

public class TrunkOfferAnswerTest {

    private static final TrunkCapabilities BOTH = Sdp.trunk("PCMA", "PCMU");
    private static final RtpFormat PCMA = RtpFormat.of(8, "PCMA", 8000);
    private static final RtpFormat PCMU = RtpFormat.of(0, "PCMU", 8000);

    @Test
    public void asteriskOfferIsAnsweredWithOurCodecsAndItsNumbers() throws SdpException {
        TrunkAnswer answer = answer(Sdp.parse(Sdp.resource("asterisk-offer.sdp")));

        assertThat(SdpWriter.write(answer.local()))
                .isEqualTo(
                        String.join(
                                "\r\n",
                                "v=0",
                                "o=- 77 1 IN IP4 203.0.113.10",
                                "s=-",
                                "c=IN IP4 203.0.113.10",
                                "t=0 0",
                                "m=audio 10000 RTP/AVP 8 0 101",
                                "a=rtpmap:8 PCMA/8000",
                                "a=rtpmap:0 PCMU/8000",
                                "a=rtpmap:101 telephone-event/8000",
                                "a=fmtp:101 0-15",
                                "a=ptime:20",
                                "a=sendrecv",
                                ""));
        assertThat(answer.media())
                .isEqualTo(
                        new TrunkMedia(
                                new InetSocketAddress("192.0.2.20", 17826),
                                new InetSocketAddress("192.0.2.20", 17827),
                                PCMA,
                                Map.of(8, PCMA, 0, PCMU),
                                OptionalInt.of(101),
                                OptionalInt.of(101),
                                8000,
                                OptionalInt.empty(),
                                20,
                                Direction.SENDRECV,
                                ExtendedReportFormats.NONE));
    }

    @Test
    public void extendedReportsAreAnsweredAsFarAsWeKnowThem() throws SdpException {
        String audio = "m=audio 4000 RTP/AVP 8";
        TrunkAnswer all =
                answer(
                        Sdp.phone(
                                audio,
                                "a=rtcp-xr:rcvr-rtt=all:10000 stat-summary=loss,dup,jitt,TTL"
                                        + " voip-metrics"));
        TrunkAnswer metrics = answer(Sdp.phone("a=rtcp-xr:voip-metrics:60", audio));
        TrunkAnswer unknown = answer(Sdp.phone(audio, "a=rtcp-xr:pkt-loss-rle"));

        assertThat(all.media().extendedReports()).isEqualTo(new ExtendedReportFormats(true, true));
        assertThat(SdpWriter.write(all.local()))
                .contains("a=rtcp-xr:rcvr-rtt=all voip-metrics\r\n");
        assertThat(SdpWriter.write(metrics.local())).contains("a=rtcp-xr:voip-metrics\r\n");
        assertThat(unknown.media().extendedReports().isAny()).isFalse();
        assertThat(SdpWriter.write(unknown.local())).doesNotContain("rtcp-xr");
    }

    @Test
    public void ciscoOfferKeepsItsEventNumberAndLosesItsFax() throws SdpException {
        TrunkAnswer answer = answer(Sdp.parse(Sdp.resource("cisco-offer.sdp")));

        assertThat(answer.media().remoteRtp())
                .isEqualTo(new InetSocketAddress("198.51.100.8", 18472));
        assertThat(answer.media().receive()).isEqualTo(Map.of(0, PCMU));
        assertThat(answer.media().sendEvents()).isEqualTo(OptionalInt.of(97));
        assertThat(answer.media().remotePtimeMillis()).isEqualTo(30);
        assertThat(answer.local().media())
                .extracting(MediaSection::media, MediaSection::port)
                .containsExactly(
                        org.assertj.core.groups.Tuple.tuple("audio", 10000),
                        org.assertj.core.groups.Tuple.tuple("image", 0));
        assertThat(answer.local().media().getLast().formatList()).containsExactly("t38");
    }

    @Test
    public void staticNumberNeedsNoRtpmap() throws SdpException {
        TrunkAnswer answer = answer(Sdp.phone("m=audio 4000 RTP/AVP 8"));

        assertThat(answer.media().send()).isEqualTo(PCMA);
        assertThat(answer.media().sendEvents()).isEmpty();
    }

    @Test
    public void dynamicNumberOfTheOfferIsKept() throws SdpException {
        TrunkAnswer answer = answer(Sdp.phone("m=audio 4000 RTP/AVP 96", "a=rtpmap:96 pcmu/8000"));

        assertThat(answer.media().receive()).containsOnlyKeys(96);
        assertThat(answer.local().media().getFirst().formatList()).containsExactly("96");
    }

    @DataProvider
    Object[][] holds() { // lines of the offer, our direction
        return new Object[][] {
            {"a=sendonly", "192.0.2.9", Direction.RECVONLY},
            {"a=inactive", "192.0.2.9", Direction.INACTIVE},
            {"a=recvonly", "192.0.2.9", Direction.SENDONLY},
            {"a=sendrecv", "192.0.2.9", Direction.SENDRECV},
            {"a=x", "192.0.2.9", Direction.SENDRECV},
            {"a=x", "0.0.0.0", Direction.RECVONLY},
            {"a=sendrecv", "0.0.0.0", Direction.RECVONLY},
            {"a=inactive", "0.0.0.0", Direction.INACTIVE},
            {"a=recvonly", "0.0.0.0", Direction.INACTIVE},
        };
    }

    @Test(dataProvider = "holds")
    public void holdIsAnswered(String attribute, String address, Direction ours)
            throws SdpException {
        TrunkAnswer answer =
                answer(Sdp.phone("m=audio 4000 RTP/AVP 0", "c=IN IP4 " + address, attribute));

        assertThat(answer.media().direction()).isEqualTo(ours);
        assertThat(answer.local().media().getFirst().direction()).isEqualTo(ours);
    }

    @Test
    public void versionCountsChangesOnly() throws SdpException {
        SessionDescription talk = Sdp.phone("m=audio 4000 RTP/AVP 0");
        SessionDescription hold = Sdp.phone("m=audio 4000 RTP/AVP 0", "a=sendonly");

        SessionDescription first = answer(talk).local();
        SessionDescription refreshed = again(talk, first);
        SessionDescription held = again(hold, refreshed);
        SessionDescription back = again(talk, held);

        assertThat(List.of(first, refreshed, held, back))
                .extracting(d -> d.origin().version())
                .containsExactly(1L, 1L, 2L, 3L);
        assertThat(back.origin().sessionId()).isEqualTo(first.origin().sessionId());
    }

    @DataProvider
    Object[][] controlAddresses() {
        return new Object[][] {
            {"a=x", "192.0.2.9", 4001},
            {"a=rtcp:5555", "192.0.2.9", 5555},
            {"a=rtcp:5555 IN IP4 192.0.2.77", "192.0.2.77", 5555},
            {"a=rtcp-mux", "192.0.2.9", 4001},
        };
    }

    @Test(dataProvider = "controlAddresses")
    public void rtcpGoesWhereTheOfferSays(String attribute, String address, int port)
            throws SdpException {
        TrunkAnswer answer = answer(Sdp.phone("m=audio 4000 RTP/AVP 0", attribute));

        assertThat(answer.media().remoteRtcp()).isEqualTo(new InetSocketAddress(address, port));
        assertThat(answer.local().media().getFirst().rtcp().mux()).isFalse();
    }

    @DataProvider
    Object[][] packetTimes() {
        return new Object[][] {
            {"a=x", 20},
            {"a=ptime:10", 10},
            {"a=ptime:60", 60},
            {"a=ptime:5", 10},
            {"a=ptime:200", 60},
            {"a=ptime:25.5", 20},
            {"a=maxptime:10", 10},
        };
    }

    @Test(dataProvider = "packetTimes")
    public void packetTimeStaysWithinReason(String attribute, int millis) throws SdpException {
        assertThat(
                        answer(Sdp.phone("m=audio 4000 RTP/AVP 0", attribute))
                                .media()
                                .remotePtimeMillis())
                .isEqualTo(millis);
    }

    @DataProvider
    Object[][] unservable() {
        return new Object[][] {
            {"m=video 4000 RTP/AVP 96", "a=x", "no audio section"},
            {"m=audio 0 RTP/AVP 0", "a=x", "no audio section"},
            {
                "m=audio 4000 RTP/SAVP 0",
                "a=x",
                "'RTP/SAVP' is not served on this trunk, only RTP/AVP; set its 'srtp' to optional"
                        + " or required"
            },
            {
                "m=audio 4000 RTP/AVP 18 9 101",
                "a=rtpmap:101 telephone-event/8000",
                "no codec of G729, G722, telephone-event is served; this trunk has PCMA, PCMU"
            },
            {"m=audio 22 RTP/AVP 0", "a=x", "port 22 is not within 1024-65535"},
            {"m=audio 65535 RTP/AVP 0", "a=x", "port 65536 is not within 1024-65535"},
            {"m=audio 4000 RTP/AVP 0", "a=rtcp:25", "port 25 is not within 1024-65535"},
            {
                "m=audio 4000 RTP/AVP 0",
                "c=IN IP4 127.0.0.1",
                "address 127.0.0.1 is this machine's own"
            },
            {
                "m=audio 4000 RTP/AVP 0",
                "c=IN IP6 ::1",
                "address 0:0:0:0:0:0:0:1 is not of the family of ours"
            },
            {
                "m=audio 4000 RTP/AVP 0",
                "c=IN IP6 ::ffff:127.0.0.1",
                "address 127.0.0.1 is this machine's own"
            },
            {
                "m=audio 4000 RTP/AVP 0",
                "c=IN IP4 169.254.169.254",
                "address 169.254.169.254 is of one link only"
            },
            {"m=audio 4000 RTP/AVP 0", "c=IN IP4 224.2.1.1", "address 224.2.1.1 is not one host's"},
            {
                "m=audio 4000 RTP/AVP 0",
                "c=IN IP4 255.255.255.255",
                "address 255.255.255.255 is not one host's"
            },
            {"m=audio 4000 RTP/AVP 0", "c=IN IP4 0.0.0.1", "address 0.0.0.1 is not one host's"},
            {
                "m=audio 4000 RTP/AVP 0",
                "c=IN IP6 2001:db8::1",
                "address 2001:db8:0:0:0:0:0:1 is not of the family of ours"
            },
        };
    }

    @Test(dataProvider = "unservable")
    public void unservableOfferIsRefusedWithTheReason(String m, String line, String message) {
        assertThatThrownBy(() -> answer(Sdp.phone(m, line)))
                .isInstanceOfSatisfying(
                        SdpException.class,
                        e -> {
                            assertThat(e).hasMessage(message);
                            assertThat(e.verdict().sipStatus()).isEqualTo(488);
                        });
    }

    @DataProvider
    Object[][] unservableOverIpv6() {
        return new Object[][] {
            {"::1", "0:0:0:0:0:0:0:1 is this machine's own"},
            {"::127.0.0.1", "0:0:0:0:0:0:7f00:1 is not one host's"},
            {"ff02::1", "ff02:0:0:0:0:0:0:1 is not one host's"},
            {"fe80::1", "fe80:0:0:0:0:0:0:1 is of one link only"},
            {"::ffff:192.0.2.1", "192.0.2.1 is not of the family of ours"},
        };
    }

    @Test(dataProvider = "unservableOverIpv6")
    public void offerOverIpv6NamesOneHostBesidesThisMachine(String address, String what) {
        TrunkCapabilities six =
                new TrunkCapabilities(
                        List.of("PCMU"),
                        new OpusParameters(48000, 24000, true, true),
                        true,
                        Direction.SENDRECV,
                        InetAddress.ofLiteral("2001:db8::20"),
                        10000,
                        10001,
                        20,
                        1);
        String c = "c=IN IP6 " + address;

        assertThatThrownBy(() ->
                        OfferAnswer.answerTrunk(
                                Sdp.phone("m=audio 4000 RTP/AVP 0", c), six, Optional.empty()))
                .hasMessage("address " + what);
    }

    @Test
    public void loopbackIsFineBetweenPeersOfOneMachine() throws SdpException {
        TrunkCapabilities loopback =
                new TrunkCapabilities(
                        List.of("PCMU"),
                        new OpusParameters(48000, 24000, true, true),
                        true,
                        Direction.SENDRECV,
                        InetAddress.ofLiteral("127.0.0.1"),
                        10000,
                        10001,
                        20,
                        1);

        TrunkAnswer answer =
                OfferAnswer.answerTrunk(
                        Sdp.parse(Sdp.resource("sipp-offer.sdp")), loopback, Optional.empty());

        assertThat(answer.media().remoteRtp()).isEqualTo(new InetSocketAddress("127.0.0.1", 6000));
    }

    @Test
    public void secureSectionIsPassedOverForThePlainOne() throws SdpException {
        TrunkAnswer answer = answer(Sdp.phone("m=audio 4000 RTP/SAVP 0", "m=audio 4002 RTP/AVP 0"));

        assertThat(answer.local().media()).extracting(MediaSection::port).containsExactly(0, 10000);
        assertThat(answer.media().remoteRtp().getPort()).isEqualTo(4002);
    }

    @Test
    public void ourOfferIsAcceptedByAnAnswer() throws SdpException {
        SessionDescription offer = OfferAnswer.offerTrunk(BOTH, Optional.empty());

        TrunkMedia media =
                OfferAnswer.acceptTrunkAnswer(
                        offer,
                        Sdp.phone(
                                "m=audio 4000 RTP/AVP 0 96",
                                "a=rtpmap:96 telephone-event/8000",
                                "a=sendonly"),
                        BOTH);

        assertThat(offer.media().getFirst().formatList()).containsExactly("8", "0", "101");
        assertThat(media.send()).isEqualTo(PCMU);
        assertThat(media.receive()).isEqualTo(Map.of(0, PCMU));
        assertThat(media.sendEvents()).isEqualTo(OptionalInt.of(96));
        assertThat(media.receiveEvents()).isEqualTo(OptionalInt.of(101));
        assertThat(media.direction()).isEqualTo(Direction.RECVONLY);
    }

    @DataProvider
    Object[][] badAnswers() {
        return new Object[][] {
            {"m=audio 0 RTP/AVP 0", "the answer rejects audio"},
            {"m=video 4000 RTP/AVP 96", "the answer rejects audio"},
            {"m=audio 4000 RTP/SAVP 0", "the answer's protocol is 'RTP/SAVP'"},
            {"m=audio 4000 RTP/AVP 18", "the answer has none of our codecs"},
            {"a=x", "the answer has no section for our audio"},
        };
    }

    @Test(dataProvider = "badAnswers")
    public void answerThatDoesNotAnswerIsRefused(String line, String message) {
        SessionDescription offer = OfferAnswer.offerTrunk(BOTH, Optional.empty());

        assertThatThrownBy(() -> OfferAnswer.acceptTrunkAnswer(offer, Sdp.phone(line), BOTH))
                .isInstanceOf(SdpException.class)
                .hasMessage(message);
    }

    @Test
    public void laterOfferKeepsSectionsAndNumbers() throws SdpException {
        SessionDescription first =
                answer(
                                Sdp.phone(
                                        "m=video 5000 RTP/AVP 34",
                                        "m=audio 4000 RTP/AVP 0 97",
                                        "a=rtpmap:97 telephone-event/8000",
                                        "a=sendonly"))
                        .local();

        SessionDescription offer = OfferAnswer.offerTrunk(BOTH, Optional.of(first));

        assertThat(offer.media()).extracting(MediaSection::port).containsExactly(0, 10000);
        assertThat(offer.media().getLast().formatList()).containsExactly("8", "0", "97");
        assertThat(offer.media().getLast().direction()).isEqualTo(Direction.SENDRECV);
        assertThat(offer.origin().version()).isEqualTo(2);
        assertThat(Sdp.parse(SdpWriter.write(offer))).isEqualTo(offer);
    }

    @Test
    public void widebandTrunkIsAnsweredAsItOffers() throws SdpException {
        TrunkCapabilities wide = Sdp.trunk("G722", "opus", "PCMA");

        TrunkAnswer answer =
                OfferAnswer.answerTrunk(
                        Sdp.phone(
                                "m=audio 4000 RTP/AVP 96 9 8 13 101 102",
                                "a=rtpmap:96 opus/48000/2",
                                "a=fmtp:96 useinbandfec=1",
                                "a=rtpmap:101 telephone-event/8000",
                                "a=rtpmap:102 telephone-event/48000"),
                        wide,
                        Optional.empty());

        // RFC 3551 §4.5.2: the clock of G.722 says 8000 whatever it samples.
        assertThat(SdpWriter.write(answer.local()).lines())
                .contains(
                        "m=audio 10000 RTP/AVP 9 96 8 13 101",
                        "a=rtpmap:9 G722/8000",
                        "a=rtpmap:96 opus/48000/2",
                        "a=fmtp:96 minptime=10;useinbandfec=1;maxplaybackrate=48000;"
                                + "sprop-maxcapturerate=48000;maxaveragebitrate=24000;stereo=0;"
                                + "usedtx=1",
                        "a=rtpmap:13 CN/8000");
        assertThat(answer.media().send()).isEqualTo(RtpFormat.of(9, "G722", 8000));
        assertThat(answer.media().receive()).containsOnlyKeys(9, 96, 8);
        assertThat(answer.media().noise()).isEqualTo(OptionalInt.of(13));
        assertThat(answer.media().eventsClockHz()).isEqualTo(8000);
    }

    @DataProvider
    Object[][] eventsBesideOpus() {
        return new Object[][] {
            {"a=rtpmap:101 telephone-event/48000", 48_000},
            {"a=rtpmap:101 telephone-event/8000", 8000}
        };
    }

    @Test(dataProvider = "eventsBesideOpus")
    public void opusTrunkHasDigitsOfItsClockOrElseOfTheUsualOne(String events, int clockHz)
            throws SdpException {
        TrunkAnswer answer =
                OfferAnswer.answerTrunk(
                        Sdp.phone(
                                "m=audio 4000 RTP/AVP 96 101", "a=rtpmap:96 opus/48000/2", events),
                        Sdp.trunk("opus"),
                        Optional.empty());

        assertThat(answer.media().sendEvents()).isEqualTo(OptionalInt.of(101));
        assertThat(answer.media().eventsClockHz()).isEqualTo(clockHz);
        assertThat(SdpWriter.write(answer.local()).lines()).contains(events);
    }

    @Test
    public void ourWidebandOfferIsAcceptedByAnAnswer() throws SdpException {
        TrunkCapabilities wide = Sdp.trunk("opus", "G722");
        SessionDescription offer = OfferAnswer.offerTrunk(wide, Optional.empty());

        TrunkMedia media =
                OfferAnswer.acceptTrunkAnswer(
                        offer,
                        Sdp.phone(
                                "m=audio 4000 RTP/AVP 107 102",
                                "a=rtpmap:107 opus/48000/2",
                                "a=rtpmap:102 telephone-event/48000",
                                "a=ptime:40"),
                        wide);

        assertThat(offer.media().getFirst().formatList()).containsExactly("107", "9", "102", "101");
        assertThat(media.send().encodingName()).isEqualTo("opus");
        assertThat(media.receiveEvents()).isEqualTo(OptionalInt.of(102));
        assertThat(media.eventsClockHz()).isEqualTo(48_000);
        assertThat(media.remotePtimeMillis()).isEqualTo(40);
        assertThat(media.noise()).isEmpty();
    }

    @Test
    public void laterOfferGivesNoNumberTwoMeanings() throws SdpException {
        TrunkCapabilities wide = Sdp.trunk("PCMA", "opus");
        SessionDescription first =
                OfferAnswer.answerTrunk(
                                Sdp.phone(
                                        "m=audio 4000 RTP/AVP 8 107",
                                        "a=rtpmap:107 telephone-event/8000"),
                                wide,
                                Optional.empty())
                        .local();

        SessionDescription offer = OfferAnswer.offerTrunk(wide, Optional.of(first));

        assertThat(offer.media().getFirst().formatList())
                .startsWith("8")
                .contains("107")
                .doesNotHaveDuplicates();
        assertThat(offer.media().getFirst().formats())
                .filteredOn(f -> f.payloadType() == 107)
                .extracting(RtpFormat::encodingName)
                .containsExactly("telephone-event");
    }

    private static TrunkAnswer answer(SessionDescription offer) throws SdpException {
        return OfferAnswer.answerTrunk(offer, BOTH, Optional.empty());
    }

    private static SessionDescription again(SessionDescription offer, SessionDescription previous)
            throws SdpException {
        return OfferAnswer.answerTrunk(offer, BOTH, Optional.of(previous)).local();
    }
}
