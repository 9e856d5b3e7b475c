package offhook.sip;

import java.net.InetAddress;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import offhook.config.TrunkConfig;
import offhook.runtime.NanoClock;
import offhook.sip.TrunkIdentification.Finding;
import offhook.telemetry.Counter;
import offhook.telemetry.Counters;
import offhook.telemetry.LogBudget;
import offhook.telemetry.SipTraffic.Peer;
import offhook.telemetry.SipTraffic.Way;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

/// Decides of every message that arrives, before JAIN-SIP sees a byte of it. Any thread; never
/// blocks.
///
/// ```text
/// source known? -> size -> rate -> read -> validate -> blocked? -> dialog's own trunk? -> rate of
/// opening requests -> served? -> JAIN-SIP
/// ```
///
/// Strangers get nothing back. What a trunk sends wrong is answered here, without a transaction and
/// without a word of the request beyond what every response repeats.
final class FrontDoor {

    private static final Logger LOG = LogManager.getLogger(FrontDoor.class);

    /// What becomes of a message.
    sealed interface Decision {

        /// JAIN-SIP shall have it.
        ///
        /// @param lengthBytes where the message ends; what follows belongs to no message
        record Pass(int lengthBytes) implements Decision {}

        /// It is answered here.
        ///
        /// @param endsStream whether the sender lost the right to its connection
        @SuppressWarnings("ArrayRecordComponent") // made once, sent once, never compared
        record Answer(byte[] bytes, boolean endsStream) implements Decision {}

        /// Nobody hears of it.
        ///
        /// @param endsStream whether the sender lost the right to its connection
        record Drop(boolean endsStream) implements Decision {}
    }

    /// All that connect without an address of a trunk share the connections of one.
    private static final String STRANGERS = "(anybody)";

    private static final Duration STRANGERS_REST = Duration.ofSeconds(10);

    private static final Decision DROP = new Decision.Drop(false);
    private static final Decision DROP_AND_CLOSE = new Decision.Drop(true);

    private final SipTrunks trunks;
    private final Dialogs dialogs;
    private final SourceLimiter limiter;
    private final SourceLimiter strangers;
    private final TrunkIdentification identification;
    private final Counters counters;
    private final NanoClock clock;
    private final LogBudget loops;
    private final StatelessReply replies = new StatelessReply();
    private final ListenerWatch listeners;
    private final SipRecording recording;
    private final RefusedInvites refused = new RefusedInvites();

    /// @param limiter what sources of trunks may send
    /// @param strangers what any other source may send
    FrontDoor(
            SipTrunks trunks,
            Dialogs dialogs,
            SourceLimiter limiter,
            SourceLimiter strangers,
            TrunkIdentification identification,
            Counters counters,
            NanoClock clock) {
        this.trunks = trunks;
        this.dialogs = dialogs;
        this.limiter = limiter;
        this.strangers = strangers;
        this.identification = identification;
        this.counters = counters;
        this.clock = clock;
        this.listeners = new ListenerWatch(clock);
        this.recording = new SipRecording(trunks, counters.sip(), InstantSource.system());
        this.loops = new LogBudget(clock.nanoTime());
    }

    /// By whom a connection from a source is counted; empty when it may not connect.
    Optional<String> admitConnection(InetAddress source) {
        Optional<String> trunk = trunkOf(source);
        if (trunk.isEmpty()
                && identification.asksStrangers(true)
                && !identification.isBlocked(source)) {
            return Optional.of(STRANGERS);
        }
        if (trunk.isEmpty()) {
            counters.increment(Counter.SIP_DROPPED_STRANGER);
        }
        return trunk;
    }

    /// The trunk that an address belongs to.
    Optional<String> trunkOf(InetAddress address) {
        return trunks.peer(address).map(TrunkConfig::name);
    }

    /// How long nothing may come on a connection while its source has no call.
    Duration restOf(InetAddress source) {
        return trunkOf(source).isPresent() ? MessageStream.MAX_REST : STRANGERS_REST;
    }

    /// Whether a call lives whose INVITE came from an address.
    boolean hasDialogWith(InetAddress source) {
        return dialogs.anyWith(source.getHostAddress());
    }

    /// Whether we may open a connection to an address: only to a trunk.
    boolean admitsTarget(InetAddress target) {
        return trunks.owner(target).isPresent();
    }

    /// The sockets that lead here.
    ListenerWatch listeners() {
        return listeners;
    }

    /// Where what passes is shown.
    SipRecording recording() {
        return recording;
    }

    /// Who tells of INVITEs that go no further.
    RefusedInvites refused() {
        return refused;
    }

    /// Counts a message that was begun on a stream and never finished.
    void countUnfinished() {
        counters.increment(Counter.SIP_DROPPED_MALFORMED);
    }

    /// Counts a message that JAIN-SIP could not read although it was checked.
    void countParserError() {
        counters.increment(Counter.SIP_PARSER_ERRORS);
    }

    /// Counts a message or connection that was too large.
    void countTooLarge() {
        counters.increment(Counter.SIP_DROPPED_SIZE);
    }

    /// Counts a connection that sent more than it may.
    void countTooMany() {
        counters.increment(Counter.SIP_DROPPED_RATE);
    }

    /// Decides of one datagram.
    Decision inspectDatagram(byte[] bytes, int lengthBytes, InetAddress source, int sourcePort) {
        counters.increment(Counter.SIP_DATAGRAMS);
        Optional<TrunkConfig> trunk = trunks.peer(source, sourcePort, Transport.UDP);
        if (trunk.isEmpty() && !identification.knowsStrangers(false)) {
            counters.increment(Counter.SIP_DROPPED_STRANGER);
            return DROP;
        }
        if (lengthBytes > MessageReader.MAX_DATAGRAM_BYTES) {
            countTooLarge();
            return trunks.find(source).isPresent()
                    ? refuseTooLarge(bytes, source, sourcePort)
                    : DROP;
        }
        if (isKeepAlive(bytes, lengthBytes)) {
            return DROP;
        }
        return trunk.isPresent()
                ? inspect(bytes, lengthBytes, source, sourcePort, trunk.get(), Transport.UDP)
                : inspectStranger(bytes, lengthBytes, source, sourcePort, Transport.UDP);
    }

    /// Tells a trunk that its INVITE is too large (RFC 3261 §21.5.7), if its headers can be read:
    /// who hears nothing sends it again for 32 s and then knows no reason.
    private Decision refuseTooLarge(byte[] bytes, InetAddress source, int sourcePort) {
        if (limiter.isBlocked(source)
                || !limiter.admitMessage(source)
                || !limiter.admitOpening(source)) {
            return DROP;
        }
        try {
            RawMessage message = MessageReader.read(bytes, 0, MessageReader.MAX_DATAGRAM_BYTES);
            if (!opensCall(message) || !message.headersComplete()) {
                return DROP;
            }
            trunks.peer(source, sourcePort, Transport.UDP)
                    .ifPresent(trunk -> refused.add(message, trunk, "too-large", 513, ""));
            return answer(message, 513, List.of(), source, sourcePort, false);
        } catch (SipRequestException _) {
            return DROP;
        }
    }

    /// Decides of one message that was cut out of a stream.
    Decision inspectStream(
            byte[] bytes,
            int lengthBytes,
            InetAddress source,
            int sourcePort,
            Transport transport) {
        counters.increment(Counter.SIP_DATAGRAMS);
        Optional<TrunkConfig> trunk = trunks.peer(source, sourcePort, transport);
        if (trunk.isEmpty()) {
            return inspectStranger(bytes, lengthBytes, source, sourcePort, transport);
        }
        return inspect(bytes, lengthBytes, source, sourcePort, trunk.get(), transport);
    }

    /// Of an address that no trunk has, what belongs to a call of a trunk that may be anywhere is
    /// let in, and what would open one is asked for its password. All else hears nothing.
    private Decision inspectStranger(
            byte[] bytes,
            int lengthBytes,
            InetAddress source,
            int sourcePort,
            Transport transport) {
        boolean stream = transport.isStream();
        Decision silence = stream ? DROP_AND_CLOSE : DROP;
        if (transport == Transport.TLS || !identification.knowsStrangers(stream)) {
            counters.increment(Counter.SIP_DROPPED_STRANGER);
            return silence;
        }
        if (!strangers.admitMessage(source)) {
            counters.increment(Counter.SIP_DROPPED_RATE);
            return DROP;
        }
        try {
            RawMessage message = MessageReader.read(bytes, 0, lengthBytes);
            int length = MessageValidator.check(message, stream);
            if (message.isResponse()) {
                return inspectResponse(message, length); // our branch is known to who was asked
            }
            checkTransport(message, transport);
            Dialogs.Key key = key(message);
            Optional<TrunkConfig> known = identification.knownBy(key, source);
            if (known.isPresent()) {
                return inspect(bytes, lengthBytes, source, sourcePort, known.get(), transport);
            }
            boolean asks = message.method().equals("INVITE") || message.method().equals("OPTIONS");
            if (!asks || !toTag(message).isEmpty() || !identification.asksStrangers(stream)) {
                counters.increment(Counter.SIP_DROPPED_STRANGER);
                return silence;
            }
            if (!strangers.admitOpening(source)) {
                counters.increment(Counter.SIP_DROPPED_RATE);
                return DROP;
            }
            return switch (identification.identifyStranger(message, key, source, stream)) {
                case Finding.Shown(TrunkConfig trunk) ->
                        inspect(bytes, lengthBytes, source, sourcePort, trunk, transport);
                case Finding.Ask(List<HeaderField> challenges) -> {
                    Decision answer = answer(message, 401, challenges, source, sourcePort, false);
                    // A source that may be forged must not be sent more than it sent.
                    yield stream || !isLonger(answer, lengthBytes) ? answer : DROP;
                }
                case Finding.Blocked() -> dropBlocked(stream);
            };
        } catch (SipRequestException _) {
            counters.increment(Counter.SIP_DROPPED_STRANGER);
            return silence;
        }
    }

    private static boolean isLonger(Decision decision, int lengthBytes) {
        return decision instanceof Decision.Answer(byte[] bytes, boolean _)
                && bytes.length > lengthBytes;
    }

    private Decision inspect(
            byte[] bytes,
            int lengthBytes,
            InetAddress source,
            int sourcePort,
            TrunkConfig trunk,
            Transport transport) {
        boolean stream = transport.isStream();
        boolean blocked = limiter.isBlocked(source);
        if (!limiter.admitMessage(source)) {
            counters.increment(Counter.SIP_DROPPED_RATE);
            return DROP;
        }
        RawMessage message;
        try {
            message = MessageReader.read(bytes, 0, lengthBytes);
        } catch (SipRequestException e) {
            return blocked ? dropBlocked(stream) : refuseUnread(e, source, trunk, stream);
        }
        try {
            int length = MessageValidator.check(message, stream);
            LOG.debug(
                    "received start={} call-id={} trunk={}",
                    () -> LogText.of(message.startLine()),
                    () -> LogText.of(message.first("call-id").orElse("")),
                    trunk::name);
            if (message.isResponse()) {
                return inspectResponse(message, length);
            }
            checkTransport(message, transport);
            if (blocked && !inDialog(message)) {
                return dropBlocked(false);
            }
            return inspectRequest(message, length, source, sourcePort, trunk, transport);
        } catch (SipRequestException e) {
            if (blocked) {
                return dropBlocked(stream);
            }
            return refuse(message, e, source, sourcePort, trunk, stream);
        }
    }

    /// Only a response to a request of ours goes on.
    private Decision inspectResponse(RawMessage response, int lengthBytes)
            throws SipRequestException {
        if (!Identifiers.isOurBranch(ViaField.read(response.first("via").orElse("")).branch())) {
            counters.increment(Counter.SIP_DROPPED_STRAY);
            return DROP;
        }
        countIn(response);
        return new Decision.Pass(lengthBytes);
    }

    /// Checked before: CSeq has a method, and the start line three digits.
    private void countIn(RawMessage response) throws SipRequestException {
        FieldCursor cseq = new FieldCursor(response.first("cseq").orElse(""));
        cseq.until(" \t");
        cseq.skipBlanks();
        counters.sip()
                .response(
                        Peer.TRUNK,
                        Way.IN,
                        cseq.token(),
                        Integer.parseInt(response.startLine().substring(8, 11)));
    }

    /// RFC 3261 §18.2.2: the response goes by the transport that Via names, so it must be the one
    /// that the request came by.
    private static void checkTransport(RawMessage request, Transport transport)
            throws SipRequestException {
        String top = SipGrammar.list(request.first("via").orElse("")).getFirst();
        if (!ViaField.read(top).protocol().equalsIgnoreCase(transport.inVia())) {
            throw SipRequestException.malformed("Via names another transport");
        }
    }

    private Decision inspectRequest(
            RawMessage request,
            int lengthBytes,
            InetAddress source,
            int sourcePort,
            TrunkConfig trunk,
            Transport transport)
            throws SipRequestException {
        counters.sip().request(Peer.TRUNK, Way.IN, request.method());
        boolean tagged = !toTag(request).isEmpty();
        Optional<SipDialogLeg> leg = dialog(request);
        boolean inDialog = inDialog(request);
        if (leg.isPresent()
                && !leg.get().trunk().name().equals(trunk.name())
                && !trunks.isPeer(source, leg.get().trunk())) {
            counters.increment(Counter.SIP_DROPPED_FOREIGN);
            return DROP;
        }
        // These open nothing, and belong to calls that may just have been refused and forgotten.
        boolean closing = request.method().equals("ACK") || request.method().equals("CANCEL");
        Dialogs.Key key = key(request);
        if (!inDialog && identification.callerOf(source, sourcePort, transport, key).isEmpty()) {
            // We call it; it may not call us.
            counters.increment(Counter.SIP_DROPPED_STRANGER);
            return DROP;
        }
        if (tagged && !inDialog && !closing) {
            counters.increment(Counter.SIP_OUT_OF_DIALOG);
        }
        boolean help =
                request.method().equals("INVITE")
                        && trunks.asksForHelp(request.startLine().split(" ", -1)[1]);
        if (!inDialog && !closing && !help && !limiter.admitOpening(source)) {
            counters.increment(Counter.SIP_DROPPED_RATE);
            if (opensCall(request)) {
                refused.add(request, trunk, "rate", 0, "not answered");
            }
            return DROP;
        }
        RequestPolicy.check(request, lengthBytes - request.headerLengthBytes(), trunk);
        boolean opens = !inDialog && !tagged && request.method().equals("INVITE");
        if (opens && Hops.isCircle(request)) {
            noteLoop(request, trunk);
            refused.add(request, trunk, "loop", 482, "it left this gateway and came back");
            return answer(request, 482, List.of(), source, sourcePort, false);
        }
        if (opens && leg.isPresent()) {
            // RFC 3261 §8.2.2.2: the same call by another way, or one that would take its place.
            return answer(request, 482, List.of(), source, sourcePort, false);
        }
        if (request.method().equals("OPTIONS") && !tagged) {
            return answer(request, 200, capabilities(trunk), source, sourcePort, false);
        }
        if (request.method().equals("ACK")) {
            identification.acknowledged(key, source);
        }
        if (inDialog || !request.method().equals("INVITE")) {
            return new Decision.Pass(lengthBytes);
        }
        if (!tagged && !help && !trunks.loadOf(trunk).hasRoom()) {
            // RFC 3261 §21.5.4, without a transaction: what is too much costs little.
            trunks.loadOf(trunk).countRefusal();
            refused.add(request, trunk, trunks.loadOf(trunk).whyFull(), 503, "");
            return answer(request, 503, FULL, source, sourcePort, false);
        }
        return switch (identification.identify(request, key, source, trunk)) {
            case Finding.Shown _ -> new Decision.Pass(lengthBytes);
            case Finding.Ask(List<HeaderField> challenges) ->
                    answer(request, 401, challenges, source, sourcePort, false);
            case Finding.Blocked() -> dropBlocked(false);
        };
    }

    private void noteLoop(RawMessage invite, TrunkConfig trunk) {
        counters.increment(Counter.SIP_LOOPS);
        OptionalLong leftOut = loops.spend(clock.nanoTime());
        if (leftOut.isPresent()) {
            LOG.warn(
                    "call in a circle uri={} trunk={} because=\"it left this gateway and came back"
                            + "\" fix=\"let the PBX not send this number here, or route"
                            + " it elsewhere\" left-out={}",
                    LogText.of(invite.startLine().split(" ", -1)[1]),
                    trunk.name(),
                    leftOut.getAsLong());
        }
    }

    /// Whether a request belongs to a live dialog or to the INVITE that opened it. Who knows so
    /// much is let in even from a blocked source: anybody can forge the datagrams that block a
    /// trunk, and its calls go on.
    private boolean inDialog(RawMessage request) throws SipRequestException {
        Optional<SipDialogLeg> leg = dialog(request);
        if (leg.isEmpty()) {
            return false;
        }
        String toTag = toTag(request);
        if (!toTag.isEmpty()) {
            return leg.get().isLocalTag(toTag);
        }
        String via = SipGrammar.list(request.first("via").orElse("")).getFirst();
        FieldCursor cseq = new FieldCursor(request.first("cseq").orElse(""));
        long number = SipGrammar.number(cseq.until(" \t"), MessageValidator.MAX_CSEQ);
        return leg.get().isOfInvite(ViaField.read(via).branch(), number);
    }

    private static String toTag(RawMessage request) throws SipRequestException {
        return AddressField.read(request.first("to").orElse("")).tag();
    }

    /// The live dialog whose Call-ID and peer's tag a request names.
    private Optional<SipDialogLeg> dialog(RawMessage request) throws SipRequestException {
        return dialogs.find(key(request));
    }

    private static Dialogs.Key key(RawMessage request) throws SipRequestException {
        String remoteTag = AddressField.read(request.first("from").orElse("")).tag();
        return new Dialogs.Key(request.first("call-id").orElse(""), remoteTag);
    }

    private Decision dropBlocked(boolean endsStream) {
        counters.increment(Counter.SIP_DROPPED_BLOCKED);
        return endsStream ? DROP_AND_CLOSE : DROP;
    }

    /// What OPTIONS is told (RFC 3261 §11.2).
    private static List<HeaderField> capabilities(TrunkConfig trunk) {
        return List.of(
                new HeaderField("Allow", String.join(", ", RequestPolicy.allowed(trunk))),
                new HeaderField("Accept", RequestPolicy.ACCEPT),
                new HeaderField("Supported", OptionTags.served(trunk)));
    }

    /// What a trunk is told that has all the calls it may have.
    private static final List<HeaderField> FULL =
            List.of(new HeaderField("Retry-After", Integer.toString(TrunkLoad.RETRY_SECONDS)));

    private Decision refuseUnread(
            SipRequestException e, InetAddress source, TrunkConfig trunk, boolean stream) {
        LOG.debug("dropped trunk={} because={}", trunk.name(), e.getMessage());
        if (e.isTooLarge()) {
            countTooLarge();
        } else {
            counters.increment(Counter.SIP_DROPPED_MALFORMED);
        }
        countMalformed(source);
        return stream ? DROP_AND_CLOSE : DROP;
    }

    private void countMalformed(InetAddress source) {
        if (limiter.countMalformed(source)) {
            identification
                    .audit()
                    .recordStranger(
                            source.getHostAddress(),
                            "sip-block",
                            "malformed messages",
                            "blocked for 60 s");
        }
    }

    private Decision refuse(
            RawMessage message,
            SipRequestException e,
            InetAddress source,
            int sourcePort,
            TrunkConfig trunk,
            boolean stream) {
        if (e.isTooLarge()) {
            return refuseUnread(e, source, trunk, stream);
        }
        int status = e.verdict().sipStatus();
        LOG.debug(
                "refused start={} status={} trunk={} because={}",
                () -> LogText.of(message.startLine()),
                () -> status,
                trunk::name,
                e::getMessage);
        boolean ends = stream && e.isMalformed();
        if (e.isMalformed()) {
            counters.increment(Counter.SIP_DROPPED_MALFORMED);
            countMalformed(source);
        } else {
            counters.increment(Counter.SIP_REFUSED);
        }
        // RFC 3261 §17.1.1.3 and §18.1.2: neither ACK nor a response is ever answered.
        if (message.isResponse() || message.method().equals("ACK")) {
            return ends ? DROP_AND_CLOSE : DROP;
        }
        if (opensCall(message)) {
            refused.add(message, trunk, e);
        }
        return answer(message, status, e.answerHeaders(), source, sourcePort, ends);
    }

    /// Whether a request of a trunk would begin a call.
    private static boolean opensCall(RawMessage request) {
        try {
            return request.method().equals("INVITE") && toTag(request).isEmpty();
        } catch (SipRequestException _) {
            return false;
        }
    }

    private Decision answer(
            RawMessage request,
            int status,
            List<HeaderField> headers,
            InetAddress source,
            int sourcePort,
            boolean endsStream) {
        Optional<byte[]> bytes = replies.answer(request, status, headers, source, sourcePort);
        if (bytes.isEmpty()) {
            return endsStream ? DROP_AND_CLOSE : DROP;
        }
        return new Decision.Answer(bytes.get(), endsStream);
    }

    private static boolean isKeepAlive(byte[] bytes, int lengthBytes) {
        for (int i = 0; i < lengthBytes; i++) {
            if (bytes[i] != '\r' && bytes[i] != '\n' && bytes[i] != 0) {
                return false;
            }
        }
        return true;
    }
}
