package offhook.media;

import java.io.IOException;
import java.net.InetAddress;
import java.net.StandardProtocolFamily;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import offhook.call.LegId;
import offhook.call.MediaProfile;
import offhook.fault.Blame;
import offhook.fault.Verdict;
import offhook.net.PortPair;
import offhook.sdp.SdpException;
import offhook.sdp.SessionDescription;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

/// Makes the legs that calls ask for: of trunks, with ports of their own, of browsers, and of lines
/// between calls. On the loop only.
final class LegMaker {

    private static final Logger LOG = LogManager.getLogger(LegMaker.class);

    /// A leg, and what measures it.
    record Made(MediaLeg leg, LegMeter meter) {}

    private final LoopKit kit;
    private final Map<String, TrunkProfile> trunks;
    private final BrowserProfile browsers;
    private final TieLines lines;

    /// Why the system opened no sockets when asked last; empty when it did.
    private String trouble = "";

    /// @param trunks by trunk name; safe for any thread
    /// @param lines by which legs of different calls hear each other
    LegMaker(
            LoopKit kit,
            Map<String, TrunkProfile> trunks,
            BrowserProfile browsers,
            TieLines lines) {
        this.kit = kit;
        this.trunks = trunks;
        this.browsers = browsers;
        this.lines = lines;
    }

    /// Makes one.
    ///
    /// @param offer what its peer offers, if it does
    /// @param others where the legs of the loop are found
    Made make(
            MediaProfile profile,
            Optional<SessionDescription> offer,
            Function<LegId, Optional<MediaLeg>> others,
            LegEvents events)
            throws SdpException {
        return switch (profile) {
            case MediaProfile.Trunk trunk -> trunk(trunk, offer, events);
            case MediaProfile.Browser browser -> browser(browser, others, events);
            case MediaProfile.Tie tie -> tie(tie, events);
        };
    }

    private Made trunk(
            MediaProfile.Trunk call, Optional<SessionDescription> offer, LegEvents events)
            throws SdpException {
        TrunkProfile profile = trunks.get(call.trunk());
        if (profile == null) {
            throw new SdpException(
                    new Verdict(503, 1013, Blame.GATEWAY),
                    "the trunk " + call.trunk() + " is configured no more");
        }
        RtpHost host = host(profile, call.peer(), offer);
        Optional<PortPair> ports = host.ports().acquire(kit.loop().nowNanos());
        noteTrouble(host.ports().trouble());
        if (ports.isEmpty()) {
            throw noPorts(host.ports().trouble());
        }
        boolean opened = false;
        try {
            LegMeter meter = new LegMeter(profile.codecs().getFirst(), kit.loop().nowNanos());
            MediaLeg leg =
                    new TrunkLeg(
                            kit,
                            profile,
                            ports.get(),
                            profile.advertised().media(host.told()),
                            call.peer(),
                            events,
                            meter);
            opened = true;
            return new Made(leg, meter);
        } catch (IOException e) {
            LOG.warn("trunk ports cannot be watched cause={}", e.getMessage());
            throw noPorts(String.valueOf(e.getMessage()));
        } finally {
            if (!opened) {
                ports.get().release(kit.loop().nowNanos());
            }
        }
    }

    /// Where a trunk's audio is received: in the family that it offers, else in that of its
    /// signalling.
    private RtpHost host(
            TrunkProfile profile, Optional<InetAddress> peer, Optional<SessionDescription> offer)
            throws SdpException {
        StandardProtocolFamily family =
                offer.flatMap(LegMaker::address)
                        .or(() -> peer)
                        .or(profile::reached)
                        .or(() -> profile.advertised().media())
                        .map(RtpAddress::familyOf)
                        .orElseGet(() -> kit.rtp().usual());
        return kit.rtp()
                .of(family)
                .orElseThrow(() ->
                        new SdpException(
                                Verdict.notAcceptable(),
                                family == StandardProtocolFamily.INET
                                        ? "audio over IPv4 needs an IPv4 address in sip.listen"
                                        : "audio over IPv6 needs an IPv6 address in sip.listen"));
    }

    /// Where the offer wants its audio; the unspecified address of a call on hold says nothing.
    private static Optional<InetAddress> address(SessionDescription offer) {
        return offer.media().stream()
                .filter(section -> section.isAudio() && !section.isRejected())
                .flatMap(section -> section.connection().stream())
                .filter(address -> !address.isAnyLocalAddress())
                .findFirst();
    }

    private Made browser(
            MediaProfile.Browser profile,
            Function<LegId, Optional<MediaLeg>> others,
            LegEvents events) {
        LegMeter meter = new LegMeter(browsers.codecs().getFirst(), kit.loop().nowNanos());
        MediaLeg leg =
                new BrowserLeg(
                        kit,
                        browsers,
                        profile.prefer(),
                        profile.facing().flatMap(others).orElse(null),
                        events,
                        meter);
        return new Made(leg, meter);
    }

    private Made tie(MediaProfile.Tie tie, LegEvents events) {
        TieLine line = lines.open(tie.line());
        MediaLeg leg = new TieLeg(kit, line, tie.near(), () -> lines.close(tie.line()), events);
        return new Made(leg, new LegMeter(leg.receiveCodec(), kit.loop().nowNanos()));
    }

    /// Says once that the system opens no sockets, and once that it does again: not for each call.
    private void noteTrouble(String now) {
        if (now.equals(trouble)) {
            return;
        }
        trouble = now;
        if (now.isEmpty()) {
            LOG.info("sockets of trunk calls can be opened again");
        } else {
            LOG.error("no sockets can be opened for trunk calls, they are refused because={}", now);
        }
    }

    /// @param trouble why the system opened none; empty when all are taken
    private static SdpException noPorts(String trouble) {
        return new SdpException(
                new Verdict(503, 1013, Blame.GATEWAY),
                trouble.isEmpty()
                        ? "no RTP port is free in sip.rtp-ports"
                        : "the system opens no socket for RTP: " + trouble);
    }
}
