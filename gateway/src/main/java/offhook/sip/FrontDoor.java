package offhook.sip;

import java.net.InetAddress;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import offhook.config.TrunkConfig;
import offhook.runtime.NanoClock;
import offhook.sip.TrunkIdentification.Finding;
import offhook.telemetry.Counter;
import offhook.telemetry.Counters;
import offhook.telemetry.SipTraffic.Peer;
import offhook.telemetry.SipTraffic.Way;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

/// Decides of every message that arrives, before JAIN-SIP sees a byte of it. Any thread; never
/// blocks.
///
/// ```text
/// source known? -> size -> read -> validate -> rate -> dialog's own trunk? -> rate of opening
/// requests -> served? -> can JAIN-SIP read it? -> JAIN-SIP
/// ```
///
/// Rates come after reading, which is cheap and linear: whoever forges datagrams of a trunk uses up
/// nothing that the trunk's calls need, and what is malformed nothing that good messages need.
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

    private final SipTrunks trunks;
    private final Dialogs dialogs;
    private final SourceLimiter limiter;
    private final SourceLimiter strangers;
    private final TrunkIdentification identification;
    private final Counters counters;
    private final DoorReply reply;
    private final ListenerWatch listeners;
    private final SipRecording recording;
    private final RefusedInvites refused;
    private final ContainedParser parser;

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
        this.listeners = new ListenerWatch(clock);
        this.recording = new SipRecording(trunks, counters.sip(), InstantSource.system());
        this.reply = new DoorReply(limiter, identification, counters, clock);
        this.refused = reply.refused();
        this.parser = new ContainedParser(counters);
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

    /// What the stack has to read messages with.
    ContainedParser parser() {
        return parser;
    }

    /// A connection has to end for what came by it, or did not.
    ///
    /// @param dropped as what it counts
    void endsStream(
            Counter dropped,
            String because,
            InetAddress source,
            int sourcePort,
            Transport transport) {
        counters.increment(dropped);
        trunks.peer(source, sourcePort, transport)
                .ifPresent(trunk -> reply.noteEnd(trunk, because));
    }

    /// Decides of one datagram.
    Decision inspectDatagram(byte[] bytes, int lengthBytes, InetAddress source, int sourcePort) {
        counters.increment(Counter.SIP_DATAGRAMS);
        Optional<TrunkConfig> trunk = trunks.peer(source, sourcePort, Transport.UDP);
        if (trunk.isEmpty() && !identification.knowsStrangers(false)) {
            counters.increment(Counter.SIP_DROPPED_STRANGER);
            return DoorReply.DROP;
        }
        if (lengthBytes > MessageReader.MAX_DATAGRAM_BYTES) {
            counters.increment(Counter.SIP_DROPPED_SIZE);
            return trunks.find(source).isPresent()
                    ? refuseTooLarge(bytes, source, sourcePort)
                    : DoorReply.DROP;
        }
        if (isKeepAlive(bytes, lengthBytes)) {
            return DoorReply.DROP;
        }
        return trunk.isPresent()
                ? inspect(bytes, lengthBytes, source, sourcePort, trunk.get(), Transport.UDP)
                : inspectStranger(bytes, lengthBytes, source, sourcePort, Transport.UDP);
    }

    /// Tells a trunk that its INVITE is too large (RFC 3261 §21.5.7), if its headers can be read:
    /// who hears nothing sends it again for 32 s and then knows no reason.
    private Decision refuseTooLarge(byte[] bytes, InetAddress source, int sourcePort) {
        if (!limiter.admitRefusal(source)) {
            return DoorReply.DROP;
        }
        try {
            RawMessage message = MessageReader.read(bytes, 0, MessageReader.MAX_DATAGRAM_BYTES);
            if (!DialogFields.opensCall(message) || !message.headersComplete()) {
                return DoorReply.DROP;
            }
            trunks.peer(source, sourcePort, Transport.UDP)
                    .ifPresent(trunk ->
                            refused.add(message, trunk, RefusedInvites.TOO_LARGE, 513, ""));
            return reply.answer(message, 513, List.of(), source, sourcePort, false);
        } catch (SipRequestException _) {
            return DoorReply.DROP;
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
        Decision silence = stream ? DoorReply.DROP_AND_CLOSE : DoorReply.DROP;
        if (transport == Transport.TLS || !identification.knowsStrangers(stream)) {
            counters.increment(Counter.SIP_DROPPED_STRANGER);
            return silence;
        }
        if (!strangers.admitMessage(source)) {
            counters.increment(Counter.SIP_DROPPED_RATE);
            return DoorReply.DROP;
        }
        try {
            RawMessage message = MessageReader.read(bytes, 0, lengthBytes);
            int length = MessageValidator.check(message, stream);
            if (message.isResponse()) {
                // Our branch is known to who was asked.
                return readable(inspectResponse(message, length, source, strangers), bytes);
            }
            checkTransport(message, transport);
            Dialogs.Key key = DialogFields.key(message);
            Optional<TrunkConfig> known = identification.knownBy(key, source);
            if (known.isPresent()) {
                return inspect(bytes, lengthBytes, source, sourcePort, known.get(), transport);
            }
            boolean asks = message.method().equals("INVITE") || message.method().equals("OPTIONS");
            if (!asks
                    || !DialogFields.toTag(message).isEmpty()
                    || !identification.asksStrangers(stream)) {
                counters.increment(Counter.SIP_DROPPED_STRANGER);
                return silence;
            }
            if (!strangers.admitOpening(source)) {
                counters.increment(Counter.SIP_DROPPED_RATE);
                return DoorReply.DROP;
            }
            return switch (identification.identifyStranger(message, key, source, stream)) {
                case Finding.Shown(TrunkConfig trunk) ->
                        inspect(bytes, lengthBytes, source, sourcePort, trunk, transport);
                case Finding.Ask(List<HeaderField> challenges) -> {
                    Decision answer =
                            reply.answer(message, 401, challenges, source, sourcePort, false);
                    // A source that may be forged must not be sent more than it sent.
                    yield stream || !isLonger(answer, lengthBytes) ? answer : DoorReply.DROP;
                }
                case Finding.Blocked() -> reply.dropBlocked(stream);
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
        RawMessage message;
        try {
            message = MessageReader.read(bytes, 0, lengthBytes);
        } catch (SipRequestException e) {
            return reply.refuseUnread(
                    e,
                    () -> MessageReader.salvage(bytes, 0, lengthBytes),
                    source,
                    sourcePort,
                    trunk,
                    stream);
        }
        try {
            int length = MessageValidator.check(message, stream);
            if (message.isResponse()) {
                return readable(inspectResponse(message, length, source, limiter), bytes);
            }
            checkTransport(message, transport);
            return readable(
                    inspectRequest(message, length, source, sourcePort, trunk, transport), bytes);
        } catch (SipRequestException e) {
            return reply.refuse(message, e, source, sourcePort, trunk, stream);
        }
    }

    /// What is to pass, if the stack can read it. It is asked last, as it is the slowest.
    private Decision readable(Decision decision, byte[] bytes) throws SipRequestException {
        if (decision instanceof Decision.Pass(int lengthBytes)) {
            parser.check(Arrays.copyOf(bytes, lengthBytes));
        }
        return decision;
    }

    /// Only a response to a request of ours goes on.
    private Decision inspectResponse(
            RawMessage response, int lengthBytes, InetAddress source, SourceLimiter rates)
            throws SipRequestException {
        if (!Identifiers.isOurBranch(ViaField.read(response.first("via").orElse("")).branch())) {
            counters.increment(Counter.SIP_DROPPED_STRAY);
            return DoorReply.DROP;
        }
        if (!rates.admitOfCall(source)) {
            counters.increment(Counter.SIP_DROPPED_RATE);
            return DoorReply.DROP;
        }
        LOG.debug(
                "received start={} call-id={}",
                () -> LogText.of(response.startLine()),
                () -> LogText.of(response.first("call-id").orElse("")));
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
        Standing standing = standing(request);
        boolean admitted =
                standing.inDialog() ? limiter.admitOfCall(source) : limiter.admitMessage(source);
        if (!admitted) {
            counters.increment(Counter.SIP_DROPPED_RATE);
            return DoorReply.DROP;
        }
        LOG.debug(
                "received start={} call-id={} trunk={}",
                () -> LogText.of(request.startLine()),
                () -> LogText.of(request.first("call-id").orElse("")),
                trunk::name);
        counters.sip().request(Peer.TRUNK, Way.IN, request.method());
        Optional<SipDialogLeg> leg = standing.leg();
        if (leg.isPresent()
                && !leg.get().trunk().name().equals(trunk.name())
                && !trunks.isPeer(source, leg.get().trunk())) {
            counters.increment(Counter.SIP_DROPPED_FOREIGN);
            return DoorReply.DROP;
        }
        if (!standing.inDialog()
                && identification
                        .callerOf(source, sourcePort, transport, standing.key())
                        .isEmpty()) {
            // We call it; it may not call us.
            counters.increment(Counter.SIP_DROPPED_STRANGER);
            return DoorReply.DROP;
        }
        if (standing.tagged() && standing.isAstray()) {
            counters.increment(Counter.SIP_OUT_OF_DIALOG);
        }
        if (standing.isAstray() && !standing.help() && !limiter.admitOpening(source)) {
            counters.increment(Counter.SIP_DROPPED_RATE);
            if (DialogFields.opensCall(request)) {
                refused.add(request, trunk, "rate", 0, "not answered");
            }
            return DoorReply.DROP;
        }
        RequestPolicy.check(request, lengthBytes - request.headerLengthBytes(), trunk);
        return serve(request, standing, lengthBytes, source, sourcePort, trunk);
    }

    /// How a request stands to the dialogs that live.
    ///
    /// @param leg the one whose Call-ID and peer's tag it names
    /// @param tagged whether it says that it belongs to a dialog
    /// @param inDialog whether it does, or belongs to the INVITE that opened one
    /// @param closing whether it opens nothing, and belongs to a call that may just have been
    ///   refused and forgotten
    /// @param help whether it would open a call for help
    private record Standing(
            Dialogs.Key key,
            Optional<SipDialogLeg> leg,
            boolean tagged,
            boolean inDialog,
            boolean closing,
            boolean help) {

        /// Whether it would open something, or believes in a dialog that is no more.
        boolean isAstray() {
            return !inDialog && !closing;
        }
    }

    private Standing standing(RawMessage request) throws SipRequestException {
        boolean invite = request.method().equals("INVITE");
        return new Standing(
                DialogFields.key(request),
                dialog(request),
                !DialogFields.toTag(request).isEmpty(),
                inDialog(request),
                request.method().equals("ACK") || request.method().equals("CANCEL"),
                invite && trunks.asksForHelp(request.startLine().split(" ", -1)[1]));
    }

    /// Of a request that its trunk may send: answered here, or for JAIN-SIP.
    private Decision serve(
            RawMessage request,
            Standing standing,
            int lengthBytes,
            InetAddress source,
            int sourcePort,
            TrunkConfig trunk)
            throws SipRequestException {
        boolean invite = request.method().equals("INVITE");
        boolean opens = !standing.inDialog() && !standing.tagged() && invite;
        if (opens && Hops.isCircle(request)) {
            reply.noteLoop(request, trunk);
            refused.add(request, trunk, "loop", 482, "it left this gateway and came back");
            return reply.answer(request, 482, List.of(), source, sourcePort, false);
        }
        if (opens && standing.leg().isPresent()) {
            // RFC 3261 §8.2.2.2: the same call by another way, or one that would take its place.
            return reply.answer(request, 482, List.of(), source, sourcePort, false);
        }
        if (request.method().equals("OPTIONS") && !standing.tagged()) {
            List<HeaderField> told = DoorReply.capabilities(trunk);
            return reply.answer(request, 200, told, source, sourcePort, false);
        }
        if (request.method().equals("ACK")) {
            identification.acknowledged(standing.key(), source);
        }
        if (standing.inDialog() || !invite) {
            return new Decision.Pass(lengthBytes);
        }
        if (!standing.tagged() && !standing.help() && !trunks.loadOf(trunk).hasRoom()) {
            // RFC 3261 §21.5.4, without a transaction: what is too much costs little.
            TrunkLoad load = trunks.loadOf(trunk);
            load.countRefusal();
            refused.add(request, trunk, load.whyFull(), 503, "");
            return reply.answer(request, 503, DoorReply.FULL, source, sourcePort, false);
        }
        return switch (identification.identify(request, standing.key(), source, trunk)) {
            case Finding.Shown _ -> new Decision.Pass(lengthBytes);
            case Finding.Ask(List<HeaderField> challenges) ->
                    reply.answer(request, 401, challenges, source, sourcePort, false);
            case Finding.Blocked() -> reply.dropBlocked(false);
        };
    }

    /// Whether a request belongs to a live dialog or to the INVITE that opened it. Who knows so
    /// much is not counted with what anybody can forge, and the calls of a trunk go on.
    private boolean inDialog(RawMessage request) throws SipRequestException {
        Optional<SipDialogLeg> leg = dialog(request);
        return leg.isPresent() && DialogFields.isOf(request, leg.get());
    }

    /// The live dialog whose Call-ID and peer's tag a request names.
    private Optional<SipDialogLeg> dialog(RawMessage request) throws SipRequestException {
        return dialogs.find(DialogFields.key(request));
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
