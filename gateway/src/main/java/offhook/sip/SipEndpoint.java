package offhook.sip;

import gov.nist.javax.sip.EventScanner;
import gov.nist.javax.sip.EventWrapper;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TooManyListenersException;
import java.util.stream.Stream;
import javax.sip.IOExceptionEvent;
import javax.sip.InvalidArgumentException;
import javax.sip.ListeningPoint;
import javax.sip.SipException;
import javax.sip.SipProvider;
import offhook.call.CallIntake;
import offhook.call.CallWatcher;
import offhook.call.LegFactory;
import offhook.config.Listen;
import offhook.config.SipConfig;
import offhook.config.TrunkConfig;
import offhook.dns.ServerDirectory;
import offhook.fault.FailureWords;
import offhook.runtime.NanoClock;
import offhook.runtime.Owner;
import offhook.telemetry.AuditLog;
import offhook.telemetry.Counters;
import offhook.tls.TlsFileException;
import offhook.trace.MessageTap;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;
import org.jspecify.annotations.Nullable;

/// The trunk side of the gateway: serves SIP over UDP and TCP (RFC 3261) and opens a call for each
/// INVITE of a known trunk. Started and stopped once, by one thread.
///
/// ```text
/// socket -> FrontDoor -> JAIN-SIP -> SipEvents -> CallIntake, SipDialogLeg -> CallInput
/// call   -> SipDialogLeg -> JAIN-SIP -> socket
/// ```
public final class SipEndpoint {

    private static final Logger LOG = LogManager.getLogger(SipEndpoint.class);

    private static final Duration PARTING = Duration.ofSeconds(2);
    private static final long PARTING_STEP_MILLIS = 10;

    /// How finely session timers are kept. Collided refreshes draw lots within seconds.
    private static final long TICK_NANOS = 100_000_000;

    /// How often the files of TLS are looked at.
    private static final long FILES_NANOS = 10_000_000_000L;

    private static final int TIMER_SLOTS = 4;

    /// Calls a second that a source may try to open that has no address of a trunk.
    private static final int STRANGERS_PER_SECOND = 5;

    private final SipSettings settings;
    private final NanoClock clock;
    private final Counters counters;
    private final SipTrunks trunks;
    private final Dialogs dialogs = new Dialogs();
    private final TrunkIdentification identification;
    private final FrontDoor door;
    private final ServerDirectory servers;
    private final TrunkDialer dialer;
    private final Outlets outlets;
    private final LeftDialogs left;
    private final TrunkLines lines;
    private final TrunkExchange exchange;
    private final Owner timers;
    private final Owner files;
    private @Nullable GuardedSipStack stack;

    /// Written once, by [#start].
    private volatile Optional<TlsIdentity> tls = Optional.empty();

    /// Nothing is open before [#start].
    public SipEndpoint(SipSettings settings, Counters counters, NanoClock clock) {
        this.settings = settings;
        this.clock = clock;
        this.counters = counters;
        this.trunks = new SipTrunks(settings.trunks(), settings.emergency(), clock);
        SourceLimiter limiter = new SourceLimiter(clock, settings.limits().sipRequestsPerSecond());
        this.identification = new TrunkIdentification(trunks, dialogs, counters, clock);
        this.door =
                new FrontDoor(
                        trunks,
                        dialogs,
                        limiter,
                        new SourceLimiter(clock, STRANGERS_PER_SECOND),
                        identification,
                        counters,
                        clock);
        this.outlets = new Outlets();
        this.left = new LeftDialogs(settings.trunks(), trunks, dialogs, outlets);
        outlets.tell(settings.trunks());
        this.servers =
                new ServerDirectory(
                        settings.sip().dns(),
                        settings.sip().listen().stream().map(Listen::scheme).distinct().toList(),
                        clock);
        this.lines = new TrunkLines(settings.trunks(), trunks, dialogs, outlets, servers, clock);
        this.exchange =
                new TrunkExchange(
                        trunks,
                        dialogs,
                        outlets,
                        identification,
                        lines,
                        clock,
                        known -> tls.ifPresent(identity -> identity.retain(known)));
        this.dialer = new TrunkDialer(lines, trunks, dialogs, outlets, clock);
        this.timers =
                new Owner(
                        "sip-timers",
                        clock,
                        TIMER_SLOTS,
                        defect -> LOG.error("a defect in the session timers", defect));
        this.files =
                new Owner(
                        "sip-tls-files",
                        clock,
                        TIMER_SLOTS,
                        defect -> LOG.error("a defect in looking at files", defect));
    }

    /// Where it is recorded who is blocked, who shows wrong credentials, and what registrars made
    /// of ours. Before [#start].
    public void recordIn(AuditLog audit) {
        identification.recordIn(audit);
        lines.recordIn(audit);
    }

    /// Who is told which places of trunks calls ask on their way out. Before [#start].
    public void tellPlaces(CallWatcher watcher) {
        dialer.tellPlaces(watcher);
    }

    /// Makes ready that these are the trunks; changes nothing. One thread at a time, between
    /// [#start] and [#stop].
    ///
    /// @param emergency numbers that no limit holds back
    /// @throws TlsFileException when a file of theirs cannot serve
    public Reconfiguration prepare(List<TrunkConfig> wanted, Set<String> emergency)
            throws TlsFileException {
        Runnable trusting = tls.isPresent() ? tls.get().prepare(wanted) : () -> {};
        return exchange.prepare(wanted, emergency, trusting);
    }

    /// Other trunks, made ready: first they are taken or dropped. Calls that live go on as they
    /// began, also those of trunks that are left out, which open no more. One thread at a time.
    public interface Reconfiguration {

        /// These are the trunks from now on; [#register] comes after.
        void take();

        /// The trunks stay those that they were.
        void drop();

        /// Has them probed, registers, and waits a moment for registrars that are to forget us.
        void register();
    }

    /// How it stands with each trunk.
    public List<TrunkStatus> trunks() {
        return lines.statuses();
    }

    /// Whether a trunk of this name is configured. Any thread.
    public boolean hasTrunk(String name) {
        return lines.find(name).isPresent();
    }

    /// Shows a recorder what passes. Before [#start].
    public void record(MessageTap recorder) {
        door.recording().showTo(recorder);
        dialogs.tell(recorder::belongs);
    }

    /// Calls numbers on trunks, once the endpoint is started.
    public LegFactory legs() {
        return dialer;
    }

    /// Opens every listening point of the configuration.
    ///
    /// @param intake where calls enter
    /// @throws IOException when one cannot be opened, saying which and why; none is open then
    public void start(CallIntake intake) throws IOException {
        List<Binding> bindings = new ArrayList<>();
        for (Listen listen : settings.sip().listen()) {
            bindings.add(Binding.of(listen, settings.node().advertise()));
        }
        tls = openTls();
        try {
            stack =
                    new GuardedSipStack(
                            "offhook-sip-" + Identifiers.next().substring(0, 8),
                            settings.limits().ring(),
                            bindings,
                            door,
                            dialogs,
                            tls.map(known -> new TlsDoor(known, trunks, door, counters, clock)));
        } catch (SipException e) {
            throw new IOException("SIP could not be started: " + e.getMessage(), e);
        }
        try {
            open(stack, bindings, intake);
        } catch (IOException | RuntimeException e) {
            stopAfter(e);
            throw e instanceof IOException known
                    ? known
                    : new IOException("sip.listen: SIP could not be started: " + e, e);
        }
        timers.start();
        timers.post(this::tick);
        tls.ifPresent(this::watch);
    }

    /// Looks at the files of TLS now and then, so that what is wrong with new ones is told before
    /// somebody connects.
    private void watch(TlsIdentity identity) {
        files.start();
        files.post(() -> look(identity));
    }

    /// Looks soon whether files of TLS were exchanged. Any thread.
    public void refreshCertificates() {
        tls.ifPresent(identity -> files.post(identity::refresh));
    }

    private void look(TlsIdentity identity) {
        files.schedule(FILES_NANOS, () -> look(identity));
        identity.refresh();
    }

    private Optional<TlsIdentity> openTls() throws IOException {
        Optional<SipConfig.Tls> files = settings.sip().tls();
        try {
            return files.isEmpty()
                    ? Optional.empty()
                    : Optional.of(new TlsIdentity(files.get(), settings.trunks()));
        } catch (TlsFileException e) {
            throw new IOException("TLS of trunks: " + e.getMessage(), e);
        }
    }

    /// Whether a TLS connection with a peer is open.
    boolean isConnectedTo(InetAddress address, int port) {
        return trunks.secured().isOpen(address, port);
    }

    /// Lets calls of the probe in from exactly that socket; empty: from nowhere. Any thread.
    public void admitProbe(Optional<InetSocketAddress> from) {
        trunks.admitProbe(from);
    }

    /// Addresses of the configuration on which nobody reads what comes any more; none when all is
    /// well. Any thread.
    public List<String> deafListeners() {
        return door.listeners().deaf();
    }

    /// What is wrong with listeners, in words by address: those of [#deafListeners], and those that
    /// try and fail, as while the process has no file descriptors left. Any thread.
    public Map<String, String> listenerTroubles() {
        return door.listeners().troubles();
    }

    /// When the certificate expires that trunks are shown; empty without TLS.
    public Optional<Instant> certificateUntil() {
        return tls.map(TlsIdentity::until);
    }

    /// Closes all listening points and connections and ends JAIN-SIP's threads. Calls should have
    /// been ended before; what they still have to say, a BYE above all, gets 2 s to be sent again
    /// and answered. Dialogs that are left then are forgotten without a word.
    public void stop() {
        stop(PARTING);
    }

    /// @param parting how long calls may take to end, and how long registrars to answer
    void stop(Duration parting) {
        if (stack != null) {
            timers.stop();
            files.stop();
            lines.stopProbing();
            awaitDialogs(parting.toNanos());
            lines.unregister(parting.toNanos());
            servers.stop();
            EventScanner scanner = stack.getEventScanner();
            stopWholly(stack);
            // The scanner looks whether it is stopped only when it has an event, and keeps the JVM.
            scanner.addEvent(new EventWrapper(new IOExceptionEvent(this, "", 0, ""), null));
            stack = null;
            LOG.info("sip stopped");
        }
    }

    /// Waits for the ACK of what was answered and then ended, hangs up without it when half the
    /// time is over (RFC 3261 §15 would have us wait, but nobody is there to do so), and waits for
    /// the answers to BYE.
    private void awaitDialogs(long partingNanos) {
        if (areOver(partingNanos / 2)) {
            return;
        }
        dialogs.living().forEach(SipDialogLeg::onStop);
        if (!areOver(partingNanos / 2)) {
            LOG.warn("sip stops with dialogs={}", dialogs());
        }
    }

    private boolean areOver(long patienceNanos) {
        long startNanos = clock.nanoTime();
        while (dialogs() > 0 && clock.nanoTime() - startNanos < patienceNanos) {
            try {
                Thread.sleep(PARTING_STEP_MILLIS);
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
                return dialogs() == 0;
            }
        }
        return dialogs() == 0;
    }

    /// JAIN-SIP fails to stop a TCP listener whose socket was never bound, and leaves the rest of
    /// its work undone. That listener is forgotten by then, so that the next try goes on.
    private void stopWholly(GuardedSipStack ending) {
        for (int left = settings.sip().listen().size(); ; left--) {
            try {
                ending.stop();
                return;
            } catch (RuntimeException e) {
                if (left == 0) {
                    // What was bound is closed by then; the reason for stopping is what counts.
                    LOG.warn("sip could not be stopped wholly", e);
                    return;
                }
                LOG.debug("a listener that was never bound is not stopped", e);
            }
        }
    }

    /// The dialogs that live, and those that a gateway before this one left and whose BYE nobody
    /// answered yet, each in the words that [#endLeft] understands. Any thread.
    public List<String> openDialogs() {
        return Stream.concat(
                        dialogs.living().stream().flatMap(leg -> leg.note().stream()),
                        left.unanswered().stream())
                .map(LeftDialog::text)
                .sorted()
                .toList();
    }

    /// Hangs up what a gateway that died had open. When this one has started.
    ///
    /// @param dialogs what [#openDialogs] of that one said last
    public void endLeft(List<String> dialogs) {
        left.end(dialogs);
    }

    /// How many dialogs live, or wait for the answer to our BYE.
    public int dialogs() {
        return dialogs.size();
    }

    /// Why the start failed is what the operator must hear, however the stack takes its end.
    private void stopAfter(Exception failure) {
        try {
            stop();
        } catch (RuntimeException e) {
            failure.addSuppressed(e);
        }
    }

    /// Looks at the times of every dialog; the next look is sure to come first.
    private void tick() {
        timers.schedule(TICK_NANOS, this::tick);
        dialogs.living().forEach(SipDialogLeg::tick);
        exchange.forgetLeaving();
    }

    private void open(GuardedSipStack target, List<Binding> bindings, CallIntake intake)
            throws IOException {
        OwnContacts contacts = OwnContacts.of(bindings);
        door.refused().tell(intake);
        IncomingInvites invites =
                new IncomingInvites(
                        trunks, identification, dialogs, intake, door.refused(), clock, contacts);
        SipEvents events = new SipEvents(dialogs, invites, counters);
        List<Outlet> open = new ArrayList<>();
        // A provider has one address and port; a dialog may change transports within it only.
        Map<String, SipProvider> providers = new HashMap<>();
        for (Binding binding : bindings) {
            try {
                String host = binding.advertised().getHostAddress();
                int port = binding.bound().getPort();
                ListeningPoint point = target.createListeningPoint(host, port, binding.transport());
                SipProvider provider = providers.get(host + " " + port);
                if (provider == null) {
                    provider = target.createSipProvider(point);
                    provider.addSipListener(events);
                    providers.put(host + " " + port, provider);
                } else {
                    provider.addListeningPoint(point);
                }
                open.add(new Outlet(binding, provider, OwnContacts.contact(binding)));
                LOG.info("sip listening on={} advertised={}", describe(binding), host);
            } catch (SipException | InvalidArgumentException | TooManyListenersException e) {
                throw new IOException(
                        "sip.listen: cannot listen on "
                                + describe(binding)
                                + ": "
                                + FailureWords.of(e),
                        e);
            }
        }
        this.outlets.open(open);
        servers.start();
        lines.start();
    }

    private static String describe(Binding binding) {
        return binding.transport()
                + "://"
                + binding.bound().getAddress().getHostAddress()
                + ":"
                + binding.bound().getPort();
    }
}
