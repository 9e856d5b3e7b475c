package offhook.sip;

import java.net.InetAddress;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Collectors;
import offhook.config.CallerChallenge;
import offhook.config.CallerChallenge.Sources;
import offhook.config.TrunkConfig;
import offhook.runtime.NanoClock;
import offhook.telemetry.AuditLog;
import offhook.telemetry.Counter;
import offhook.telemetry.Counters;
import offhook.telemetry.LogBudget;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

/// Whether who calls in is the trunk that it seems to be. Every factor that the trunk is set to
/// show must hold: its address, and that it knows the password. Requests within a dialog of the
/// trunk are not asked again: their tags are 128 bits that only the two ends were told. Any thread.
final class TrunkIdentification {

    private static final Logger LOG = LogManager.getLogger(TrunkIdentification.class);

    /// What is to be done with a request that would open something.
    sealed interface Finding {

        /// It is the trunk's.
        record Shown(TrunkConfig trunk) implements Finding {}

        /// It is answered 401 with these fields.
        record Ask(List<HeaderField> challenges) implements Finding {}

        /// Its source sent too many wrong passwords, and hears nothing more.
        record Blocked() implements Finding {}
    }

    private final SipTrunks trunks;
    private final Dialogs dialogs;
    private final Counters counters;
    private final NanoClock clock;

    /// Trunks that may be anywhere. Exchanged whole.
    private volatile List<TrunkConfig> anywhere = List.of();

    private final GuessLimiter guesses;
    private final DigestServer digests;
    private final AdmittedCalls admitted;
    private final LogBudget budget;

    /// Written once, before anything comes.
    private volatile AuditLog audit = AuditLog.NONE;

    TrunkIdentification(SipTrunks trunks, Dialogs dialogs, Counters counters, NanoClock clock) {
        this.trunks = trunks;
        this.dialogs = dialogs;
        this.counters = counters;
        this.clock = clock;
        this.guesses = new GuessLimiter(clock);
        this.digests = new DigestServer(clock, guesses);
        this.admitted = new AdmittedCalls(clock);
        this.budget = new LogBudget(clock.nanoTime());
        reconfigured();
    }

    /// The trunks are others from now on.
    void reconfigured() {
        anywhere = trunks.all().stream().filter(t -> asks(t, Sources.TCP)).toList();
    }

    /// Forgets the passwords of other trunks than these.
    void retain(List<TrunkConfig> known) {
        digests.retain(known);
    }

    /// Where wrong credentials are recorded, and who is blocked. Before anything comes.
    void recordIn(AuditLog log) {
        audit = log;
    }

    AuditLog audit() {
        return audit;
    }

    private static boolean asks(TrunkConfig trunk, Sources atLeast) {
        return trunk.challenge()
                .map(challenge -> challenge.sources().compareTo(atLeast) >= 0)
                .orElse(false);
    }

    /// Whether a source that no trunk has may be asked who it is, or may have been when calls began
    /// that still live.
    boolean knowsStrangers(boolean stream) {
        return asksStrangers(stream)
                || trunks.leaving().stream().anyMatch(trunk -> asks(trunk, least(stream)));
    }

    /// Whether a source that no trunk has may be asked who it is.
    boolean asksStrangers(boolean stream) {
        return anywhere.stream().anyMatch(trunk -> asks(trunk, least(stream)));
    }

    private static Sources least(boolean stream) {
        return stream ? Sources.TCP : Sources.ANY;
    }

    /// Whether a source sent too many wrong passwords.
    boolean isBlocked(InetAddress source) {
        return guesses.isBlocked(source);
    }

    /// The trunk whose call an INVITE opens, which was let in.
    Optional<TrunkConfig> callerOf(
            InetAddress source, int port, Transport transport, Dialogs.Key key) {
        return trunks.caller(source, port, transport).or(() -> admitted.trunkOf(key, source));
    }

    /// The trunk of a live dialog, or of a call that was just let in, with a source that has no
    /// trunk's address.
    Optional<TrunkConfig> knownBy(Dialogs.Key key, InetAddress source) {
        return dialogs.find(key)
                .filter(leg -> leg.peerHost().equals(source.getHostAddress()))
                .map(SipDialogLeg::trunk)
                .filter(trunk -> asks(trunk, Sources.TCP))
                .or(() -> admitted.trunkOf(key, source));
    }

    /// The ACK of an INVITE came.
    void acknowledged(Dialogs.Key key, InetAddress source) {
        admitted.acknowledge(key, source);
    }

    /// Judges an INVITE from an address of a trunk.
    Finding identify(RawMessage request, Dialogs.Key key, InetAddress source, TrunkConfig trunk) {
        return trunk.challenge().isEmpty()
                ? new Finding.Shown(trunk)
                : identify(request, key, source, List.of(trunk));
    }

    /// Judges a request from an address that no trunk has.
    Finding identifyStranger(
            RawMessage request, Dialogs.Key key, InetAddress source, boolean stream) {
        return identify(
                request,
                key,
                source,
                stream
                        ? anywhere
                        : anywhere.stream().filter(trunk -> asks(trunk, Sources.ANY)).toList());
    }

    private Finding identify(
            RawMessage request, Dialogs.Key key, InetAddress source, List<TrunkConfig> asked) {
        String fingerprint = fingerprint(request);
        Optional<TrunkConfig> before = admitted.trunkOf(key, source).filter(asked::contains);
        if (before.isPresent() && admitted.isRepeated(key, source, fingerprint)) {
            return new Finding.Shown(before.get());
        }
        if (guesses.isBlocked(source)) {
            return new Finding.Blocked();
        }
        DigestServer.Judgement judgement = digests.judge(request, source, asked);
        if (judgement.trunk().isPresent()) {
            TrunkConfig trunk = judgement.trunk().get();
            admitted.admit(key, source, trunk, fingerprint);
            return new Finding.Shown(trunk);
        }
        note(judgement.verdict(), request, source, asked);
        boolean stale =
                switch (judgement.verdict()) {
                    case STALE, REPLAYED, FOREIGN -> true;
                    case PROVEN, ABSENT, OTHER_URI, WRONG -> false;
                };
        return new Finding.Ask(digests.challenges(asked, source, stale));
    }

    /// RFC 3261 §17.1.1.2: an INVITE that is sent again is the same to the byte.
    private static String fingerprint(RawMessage request) {
        return Identifiers.keyed(
                List.of(
                        request.startLine(),
                        request.headers().toString(),
                        Integer.toString(request.availableBodyBytes())));
    }

    private void note(
            DigestServer.Verdict verdict,
            RawMessage request,
            InetAddress source,
            List<TrunkConfig> asked) {
        counters.increment(Counter.SIP_CHALLENGED);
        boolean none = request.first("authorization").isEmpty();
        if (none || verdict == DigestServer.Verdict.STALE) {
            return; // how every call begins that knows no nonce, or an old one
        }
        counters.increment(
                verdict == DigestServer.Verdict.REPLAYED
                        ? Counter.SIP_AUTH_REPLAYED
                        : Counter.SIP_AUTH_FAILED);
        audit.recordStranger(
                source.getHostAddress(),
                "sip-credentials",
                asked.stream()
                        .map(TrunkConfig::name)
                        .collect(Collectors.joining(",", "trunk=", "")),
                because(verdict) + (guesses.isBlocked(source) ? "; blocked for 60 s" : ""));
        OptionalLong leftOut = budget.spend(clock.nanoTime());
        if (leftOut.isPresent()) {
            LOG.warn(
                    "call not let in trunk={} source={} because=\"{}\" fix=\"{}\" blocked={}"
                            + " left-out={}",
                    asked.size() == 1 ? asked.getFirst().name() : "-",
                    source.getHostAddress(),
                    because(verdict),
                    fix(verdict, asked.getFirst().challenge()),
                    guesses.isBlocked(source),
                    leftOut.getAsLong());
        }
    }

    private static String because(DigestServer.Verdict verdict) {
        return switch (verdict) {
            case ABSENT -> "credentials for another realm, with another algorithm or without qop";
            case FOREIGN -> "credentials for a challenge that this address was not sent";
            case REPLAYED -> "credentials that were used before";
            case OTHER_URI -> "credentials for a call to another number";
            case WRONG -> "wrong user or password";
            case PROVEN, STALE -> "nothing is wrong";
        };
    }

    private static String fix(DigestServer.Verdict verdict, Optional<CallerChallenge> challenge) {
        return switch (verdict) {
            case ABSENT ->
                    "set the PBX to realm '"
                            + challenge.map(CallerChallenge::realm).orElse("")
                            + "', qop=auth and one of 'algorithms' of trunks[].challenge";
            case FOREIGN -> "let the PBX send all requests of a call from one address";
            case REPLAYED -> "somebody repeats what it heard, unless the PBX does not count nc";
            case OTHER_URI -> "let the proxy that rewrites the number answer the challenge";
            case WRONG -> "set user and password of trunks[].challenge at the PBX";
            case PROVEN, STALE -> "none";
        };
    }
}
