package offhook.sip;

import java.net.InetAddress;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Supplier;
import offhook.config.TrunkConfig;
import offhook.runtime.NanoClock;
import offhook.sip.FrontDoor.Decision;
import offhook.telemetry.Counter;
import offhook.telemetry.Counters;
import offhook.telemetry.LogBudget;
import offhook.telemetry.LogContext;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

/// What becomes of a message that the [FrontDoor] does not let pass: it is counted, and its trunk
/// is told where it may be. Any thread; never blocks.
final class DoorReply {

    private static final Logger LOG = LogManager.getLogger(DoorReply.class);

    /// Nobody hears of it, and its sender may go on.
    static final Decision DROP = new Decision.Drop(false);

    /// Nobody hears of it, and the connection that it came by ends.
    static final Decision DROP_AND_CLOSE = new Decision.Drop(true);

    /// What a trunk is told that has all the calls it may have.
    static final List<HeaderField> FULL =
            List.of(new HeaderField("Retry-After", Integer.toString(TrunkLoad.RETRY_SECONDS)));

    private final SourceLimiter limiter;
    private final TrunkIdentification identification;
    private final Counters counters;
    private final NanoClock clock;
    private final LogBudget loops;
    private final LogBudget notUnderstood;
    private final StatelessReply replies = new StatelessReply();
    private final RefusedInvites refused = new RefusedInvites();

    /// @param limiter what sources of trunks may send
    DoorReply(
            SourceLimiter limiter,
            TrunkIdentification identification,
            Counters counters,
            NanoClock clock) {
        this.limiter = limiter;
        this.identification = identification;
        this.counters = counters;
        this.clock = clock;
        this.loops = new LogBudget(clock.nanoTime());
        this.notUnderstood = new LogBudget(clock.nanoTime());
    }

    /// Who tells of INVITEs that go no further.
    RefusedInvites refused() {
        return refused;
    }

    /// An INVITE of ours has come back; the log tells of it, and not of each.
    void noteLoop(RawMessage invite, TrunkConfig trunk) {
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

    /// Of a source that guessed too many passwords.
    Decision dropBlocked(boolean endsStream) {
        counters.increment(Counter.SIP_DROPPED_BLOCKED);
        return endsStream ? DROP_AND_CLOSE : DROP;
    }

    /// What OPTIONS is told (RFC 3261 §11.2).
    static List<HeaderField> capabilities(TrunkConfig trunk) {
        return List.of(
                new HeaderField("Allow", String.join(", ", RequestPolicy.allowed(trunk))),
                new HeaderField("Accept", RequestPolicy.ACCEPT),
                new HeaderField("Supported", OptionTags.served(trunk)));
    }

    /// What a trunk sent cannot even be cut into lines. It is answered where enough of it stands in
    /// order; where it ends on a stream nobody can say.
    ///
    /// @param salvage makes of it what can be made; empty when that is not enough
    Decision refuseUnread(
            SipRequestException e,
            Supplier<Optional<RawMessage>> salvage,
            InetAddress source,
            int sourcePort,
            TrunkConfig trunk,
            boolean stream) {
        counters.increment(Counter.SIP_DROPPED_MALFORMED);
        countMalformed(source, trunk);
        Optional<RawMessage> salvaged =
                limiter.admitRefusal(source) ? salvage.get() : Optional.empty();
        noteNotUnderstood(salvaged.map(RawMessage::startLine).orElse(""), e, trunk, stream);
        if (salvaged.filter(DoorReply::isAnswered).isEmpty()) {
            return stream ? DROP_AND_CLOSE : DROP;
        }
        RawMessage request = salvaged.get();
        if (DialogFields.opensCall(request)) {
            refused.add(request, trunk, e);
        }
        return answer(request, e.verdict().sipStatus(), List.of(), source, sourcePort, stream);
    }

    /// RFC 3261 §17.1.1.3 and §18.1.2: neither ACK nor a response is ever answered.
    private static boolean isAnswered(RawMessage message) {
        return !message.isResponse() && !message.method().equals("ACK");
    }

    /// A connection of a trunk ends for what came by it, or did not.
    void noteEnd(TrunkConfig trunk, String because) {
        note("connection closed", "", because, trunk);
    }

    private void noteNotUnderstood(
            String startLine, SipRequestException e, TrunkConfig trunk, boolean ends) {
        note(
                ends ? "message not understood, connection closed" : "message not understood",
                startLine,
                e.explanation(),
                trunk);
    }

    private void note(String what, String startLine, String because, TrunkConfig trunk) {
        OptionalLong leftOut = notUnderstood.spend(clock.nanoTime());
        if (leftOut.isPresent()) {
            try (var _ = LogContext.ofTrunk(trunk.name())) {
                LOG.warn(
                        "{} start={} because=\"{}\" left-out={}",
                        what,
                        LogText.of(startLine),
                        because,
                        leftOut.getAsLong());
            }
        }
    }

    private void countMalformed(InetAddress source, TrunkConfig trunk) {
        if (limiter.countMalformed(source)) {
            try (var _ = LogContext.ofTrunk(trunk.name())) {
                LOG.warn(
                        "many malformed messages address={} because=\"more than {} within 30 s\""
                                + " fix=\"look at what the PBX sends from there (offhook trace"
                                + " shows it); over UDP somebody may forge its address, over TLS"
                                + " nobody can\"",
                        source.getHostAddress(),
                        SourceLimiter.MALFORMED_LIMIT);
            }
            identification
                    .audit()
                    .recordStranger(
                            source.getHostAddress(),
                            "sip-malformed",
                            "malformed messages",
                            "more than %d within 30 s".formatted(SourceLimiter.MALFORMED_LIMIT));
        }
    }

    /// What a trunk sent is not served, or wrong.
    Decision refuse(
            RawMessage message,
            SipRequestException e,
            InetAddress source,
            int sourcePort,
            TrunkConfig trunk,
            boolean stream) {
        int status = e.verdict().sipStatus();
        LOG.debug(
                "refused start={} status={} trunk={} because={}",
                () -> LogText.of(message.startLine()),
                () -> status,
                trunk::name,
                e::getMessage);
        // All calls of a trunk may share the connection: what can be told from its neighbours ends
        // none of them.
        boolean ends = stream && e.isMalformed() && !message.isFramed();
        if (e.isUncounted()) {
            countMalformed(source, trunk);
        }
        if (e.isMalformed()) {
            counters.increment(
                    e.isTooLarge() ? Counter.SIP_DROPPED_SIZE : Counter.SIP_DROPPED_MALFORMED);
            noteNotUnderstood(message.startLine(), e, trunk, ends);
        } else {
            counters.increment(Counter.SIP_REFUSED);
        }
        if (!isAnswered(message) || (e.isUncounted() && !limiter.admitRefusal(source))) {
            return ends ? DROP_AND_CLOSE : DROP;
        }
        if (DialogFields.opensCall(message)) {
            refused.add(message, trunk, e);
        }
        return answer(message, status, e.answerHeaders(), source, sourcePort, ends);
    }

    /// Answers without a transaction; of what cannot be answered nobody hears.
    ///
    /// @param endsStream whether the sender lost the right to its connection
    Decision answer(
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
}
