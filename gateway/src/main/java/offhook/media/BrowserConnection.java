package offhook.media;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Function;
import offhook.call.TransportFact;
import offhook.dtls.Fingerprint;
import offhook.fault.Verdict;
import offhook.ice.IceCredentials;
import offhook.net.PacketBuffer;
import offhook.sdp.BrowserAnswer;
import offhook.sdp.BrowserCapabilities;
import offhook.sdp.BrowserMedia;
import offhook.sdp.IceCandidate;
import offhook.sdp.OfferAnswer;
import offhook.sdp.RtpFormat;
import offhook.sdp.SdpException;
import offhook.sdp.SessionDescription;
import offhook.srtp.SrtpProfile;
import offhook.srtp.SrtpResult;
import org.jspecify.annotations.Nullable;

/// One connection of a browser (an `RTCPeerConnection`) that a leg's media can go by: what was
/// agreed with it, and the way to it. A page that was reloaded brings another one, with
/// credentials, certificate and SSRC of its own. On its call's loop only.
final class BrowserConnection implements BrowserTransport.User {

    private final LoopKit kit;
    private final LegEvents events;
    private final BrowserTransport transport;
    private final Leg leg;
    private Optional<SessionDescription> local = Optional.empty();
    private @Nullable BrowserMedia agreed;
    private PayloadTypes payloadTypes = new PayloadTypes(Map.of(), OptionalInt.empty());

    /// The browser's name for its session (RFC 8866 §5.2), the same in all offers of a connection.
    private long remoteSession;

    /// Whose media it carries. Called on the loop.
    interface Leg extends Guarded {

        /// Keys are there: media can flow by this connection.
        void onConnected(BrowserConnection by, SrtpProfile suite);

        /// A packet was dropped that is no authentic new one.
        void onRefused(SrtpResult why);

        /// An authentic RTP packet, in the clear.
        void onRtp(PacketBuffer packet, long nowNanos);

        /// An authentic RTCP packet, in the clear.
        void onRtcp(PacketBuffer packet, long nowNanos);

        /// The connection cannot be made.
        ///
        /// @param reason a stable key
        /// @param detail a sentence for people
        void onFailed(BrowserConnection which, String reason, String detail);
    }

    /// @param ssrc what we send with
    BrowserConnection(LoopKit kit, BrowserProfile profile, int ssrc, LegEvents events, Leg leg) {
        this.kit = kit;
        this.events = events;
        this.leg = leg;
        this.transport = new BrowserTransport(kit, profile, ssrc, events, this);
    }

    /// Whether an offer is about this connection: the browser keeps the name of its session and its
    /// certificate for the life of a connection (RFC 8829 §5.2.2, RFC 8842 §5.1).
    boolean isOf(SessionDescription offer) {
        BrowserMedia media = agreed;
        return media == null
                || (offer.origin().sessionId() == remoteSession
                        && offer.media().stream()
                                .anyMatch(section ->
                                        section.dtls()
                                                .fingerprints()
                                                .contains(media.remoteFingerprint())));
    }

    /// Answers an offer; checks of the browser are expected from then on.
    ///
    /// @param capabilities what we can do, given our credentials
    SessionDescription describe(
            SessionDescription offer, Function<IceCredentials, BrowserCapabilities> capabilities)
            throws SdpException {
        BrowserAnswer answer = answer(offer, capabilities);
        BrowserMedia before = agreed;
        if (before != null && !before.remoteIce().equals(answer.media().remoteIce())) {
            // New credentials of the browser mean that it restarts ICE (RFC 8839 §4.4.1).
            transport.renewCredentials();
            answer = answer(offer, capabilities);
        }
        local = Optional.of(answer.local());
        agree(answer.media(), offer);
        return answer.local();
    }

    private void agree(BrowserMedia media, SessionDescription remote) {
        agreed = media;
        payloadTypes =
                new PayloadTypes(
                        media.receive(),
                        media.events()
                                .map(format -> OptionalInt.of(format.payloadType()))
                                .orElse(OptionalInt.empty()));
        remoteSession = remote.origin().sessionId();
        events.note(
                new TransportFact.Candidates(
                        local.map(BrowserConnection::candidates).orElse(List.of()),
                        candidates(remote)),
                kit.loop().nowNanos());
        transport.agree(media.remoteIce().ufrag(), fingerprintOf(media));
    }

    /// Makes the first offer.
    SessionDescription offer(Function<IceCredentials, BrowserCapabilities> capabilities) {
        SessionDescription offer =
                OfferAnswer.offerBrowser(capabilities.apply(transport.credentials()));
        local = Optional.of(offer);
        return offer;
    }

    /// The browser answered that offer; its checks are expected from then on.
    void accept(
            SessionDescription answer, Function<IceCredentials, BrowserCapabilities> capabilities)
            throws SdpException {
        SessionDescription offer =
                local.filter(OfferAnswer::isOfferToBrowser)
                        .orElseThrow(() ->
                                new SdpException(Verdict.notAcceptable(), "nothing was offered"));
        agree(
                OfferAnswer.acceptBrowserAnswer(
                        offer, answer, capabilities.apply(transport.credentials())),
                answer);
    }

    private static List<TransportFact.Candidate> candidates(SessionDescription description) {
        return description.media().stream()
                .flatMap(section -> section.ice().candidates().stream())
                .flatMap(text -> IceCandidate.parse(text).stream())
                .map(each ->
                        new TransportFact.Candidate(
                                each.type(), each.transport(), each.address(), each.port()))
                .toList();
    }

    private BrowserAnswer answer(
            SessionDescription offer, Function<IceCredentials, BrowserCapabilities> capabilities)
            throws SdpException {
        return OfferAnswer.answerBrowser(offer, capabilities.apply(transport.credentials()), local);
    }

    private static Fingerprint fingerprintOf(BrowserMedia media) {
        return Fingerprint.parse(
                        media.remoteFingerprint().hash() + " " + media.remoteFingerprint().value())
                .orElseThrow(() -> new IllegalStateException("agreed on a bad fingerprint"));
    }

    /// What was agreed; null before the first offer was answered.
    @Nullable BrowserMedia agreed() {
        return agreed;
    }

    PayloadTypes payloadTypes() {
        return payloadTypes;
    }

    /// Timestamps of the browser's telephone events count at this rate, where they have one of
    /// their own.
    Optional<Integer> eventsClockHz() {
        BrowserMedia media = agreed;
        return media == null ? Optional.empty() : media.events().map(RtpFormat::clockRateHz);
    }

    /// The way to the browser.
    BrowserTransport transport() {
        return transport;
    }

    @Override
    public void onConnected(SrtpProfile suite) {
        leg.onConnected(this, suite);
    }

    @Override
    public void onRefused(SrtpResult why) {
        leg.onRefused(why);
    }

    @Override
    public void onRtp(PacketBuffer packet, long nowNanos) {
        leg.onRtp(packet, nowNanos);
    }

    @Override
    public void onRtcp(PacketBuffer packet, long nowNanos) {
        leg.onRtcp(packet, nowNanos);
    }

    @Override
    public void onFailed(String reason, String detail) {
        leg.onFailed(this, reason, detail);
    }

    @Override
    public void onDefect(RuntimeException defect) {
        leg.onDefect(defect);
    }
}
