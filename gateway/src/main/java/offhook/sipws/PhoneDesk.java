package offhook.sipws;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import offhook.agent.AgentRegistry;
import offhook.call.CallDetails;
import offhook.call.CallId;
import offhook.call.CallInbox;
import offhook.call.CallIntake;
import offhook.call.CallRefusedException;
import offhook.call.CodecPreference;
import offhook.call.EndCause;
import offhook.call.IncomingCall;
import offhook.call.LegFactory;
import offhook.call.LegId;
import offhook.call.MediaProfile;
import offhook.call.Party;
import offhook.call.Target;
import offhook.config.AgentsConfig;
import offhook.fault.PeerException;
import offhook.runtime.Owner;
import offhook.sdp.SessionDescription;
import offhook.sip.Identifiers;
import offhook.sip.WireMessage;
import offhook.telemetry.SipTraffic;
import offhook.trace.MessageTap;
import offhook.web.DialledHeaders;
import offhook.web.DialledNumber;
import offhook.web.SignIns;
import offhook.web.SocketLine;
import offhook.web.SocketPeer;
import offhook.web.SocketService;
import offhook.web.WebLimits;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;
import org.jspecify.annotations.Nullable;

/// Joins the phones of agents, their sockets and their calls. Owned by the registry's [Owner]; all
/// but [#owner()], [#opened], [#revoked] and [#legs] runs on it.
///
/// ```text
/// WebSocket -> PhoneLine -> PhoneDesk -> PhoneCall -> CallInput
/// call      -> PhoneLeg  -> PhoneCall -> Phone -> PhoneLine -> WebSocket
/// ```
public final class PhoneDesk implements SocketService {

    private static final Logger LOG = LogManager.getLogger(PhoneDesk.class);

    /// By whose routes agents reach others, like those at pages.
    static final String SOURCE = "web";

    private static final Set<String> METHODS =
            Set.of(
                    "REGISTER",
                    "INVITE",
                    "ACK",
                    "BYE",
                    "CANCEL",
                    "OPTIONS",
                    "INFO",
                    "REFER",
                    "UPDATE",
                    "NOTIFY");

    private final AgentRegistry registry;
    private final Owner owner;
    private Duration grace;
    private final WebLimits limits;
    private final SignIns signIns;
    private final Duration connect;
    private final SipTraffic traffic;
    private final Registrations registrations;
    private MessageTap recorder = MessageTap.NONE;
    private @Nullable CallIntake intake;

    /// Sockets that nobody registered on, each with the time it has for it.
    private final Map<PhoneLine, Owner.Deadline> strangers = new HashMap<>();

    private final Phones phones;
    private final Map<LegId, PhoneLeg> legs = new LinkedHashMap<>();

    /// @param registry the agents' presence; whoever made its owner starts and stops it
    /// @param agents who may register
    /// @param signIns how they prove it
    /// @param connect how long the media of a phone that calls may take after the answer
    /// @param traffic counts the messages of phones
    public PhoneDesk(
            AgentRegistry registry,
            AgentsConfig agents,
            WebLimits limits,
            SignIns signIns,
            Duration connect,
            SipTraffic traffic) {
        this.registry = registry;
        this.owner = registry.owner();
        this.grace = agents.grace();
        this.limits = limits;
        this.signIns = signIns;
        this.connect = connect;
        this.traffic = traffic;
        this.phones = new Phones(owner, limits.socketsPerAgent());
        this.registrations = new Registrations(this, registry, limits, signIns);
    }

    /// Whoever is to know which call a Call-ID is of. Before the first socket.
    public void record(MessageTap tap) {
        recorder = tap;
    }

    MessageTap recorder() {
        return recorder;
    }

    /// Where calls begin that phones make. Before the first socket.
    public void openCallsAt(CallIntake where) {
        intake = where;
    }

    /// Rings the phones of agents.
    public LegFactory legs() {
        return (id, target, call, _, inbox) ->
                ring(id, target instanceof Target.Agent(String name) ? name : "", call, inbox);
    }

    private RungLeg ring(LegId id, String agent, IncomingCall call, CallInbox inbox) {
        RungLeg leg = new RungLeg(this, id, agent, call, inbox);
        leg.post(() -> onRing(leg));
        return leg;
    }

    @Override
    public SocketPeer opened(SocketLine socket) {
        PhoneLine line = new PhoneLine(this, socket);
        if (!owner.post(() -> onOpened(line))) {
            socket.close(SocketLine.Why.TRY_LATER, "overloaded");
        }
        return line;
    }

    @Override
    public void revoked(String agent) {
        owner.postEnding(() -> onRevoked(agent));
    }

    Owner owner() {
        return owner;
    }

    SignIns signIns() {
        return signIns;
    }

    /// How long the media of a phone that calls may take after the answer.
    Duration connect() {
        return connect;
    }

    SipTraffic traffic() {
        return traffic;
    }

    Phones phones() {
        return phones;
    }

    // --- sockets

    private void onOpened(PhoneLine line) {
        strangers.put(
                line, owner.schedule(limits.signIn().toNanos(), () -> onRegisterOverdue(line)));
    }

    /// Deadlines go before commands: a REGISTER that waits at a busy desk came in time.
    private void onRegisterOverdue(PhoneLine line) {
        if (!owner.post(() -> closeStranger(line))) {
            closeStranger(line);
        }
    }

    private void closeStranger(PhoneLine line) {
        if (strangers.remove(line) != null) {
            line.close(SocketLine.Why.TOO_SLOW, "no REGISTER in time");
        }
    }

    void onClosed(PhoneLine line) {
        noStranger(line);
        Optional<Phone> phone = line.phone();
        if (phone.isEmpty() || !phone.get().line().equals(Optional.of(line))) {
            return;
        }
        Phone lost = phone.get();
        lost.disconnected();
        registry.signedOut(lost.agent(), lost.instance());
        legsOf(lost.agent()).forEach(leg -> leg.onPhoneGone(lost));
        if (lost.calls().isEmpty()) {
            phones.forget(lost);
        } else {
            lost.watch(Phone.Watch.GRACE, grace, () -> onGraceOver(lost));
        }
    }

    /// The socket was the proof of who registered on it. Calls wait, as after any lost socket, for
    /// the phone to register anew.
    private void onRevoked(String agent) {
        for (Phone phone : phones.of(agent)) {
            phone.line()
                    .ifPresent(line -> {
                        line.close(SocketLine.Why.NOT_SIGNED_IN, "the sign-in was revoked");
                        onClosed(line);
                        line.belongsTo(null);
                    });
        }
    }

    private void onGraceOver(Phone lost) {
        lost.calls().forEach(call -> call.leg().failed(EndCauses.lost()));
        phones.forget(lost);
    }

    void noStranger(PhoneLine line) {
        Owner.Deadline deadline = strangers.remove(line);
        if (deadline != null) {
            deadline.cancel();
        }
    }

    // --- messages

    /// @param bearer whose token a REGISTER showed
    void onMessage(PhoneLine line, WireMessage message, Optional<SignIns.Bearer> bearer) {
        Optional<Phone> phone = line.phone();
        if (message.isResponse()) {
            phone.ifPresent(p -> p.onResponse(message));
        } else if (!METHODS.contains(message.method())) {
            reply(line, message, 405, Map.of("Allow", PhoneCall.ALLOW));
        } else if (message.method().equals("REGISTER")) {
            registrations.onRegister(line, message, bearer);
        } else if (phone.isEmpty() || !isOf(message, phone.get())) {
            // Nobody else's calls, and none before REGISTER.
            reply(line, message, 403, Map.of());
        } else {
            onRequest(line, phone.get(), message);
        }
    }

    private static boolean isOf(WireMessage request, Phone phone) {
        try {
            return request.fromUser().equals(phone.agent());
        } catch (PeerException _) {
            return false;
        }
    }

    private void onRequest(PhoneLine line, Phone phone, WireMessage request) {
        Optional<PhoneCall> call = phone.call(request.callId());
        if (call.isPresent()) {
            call.get().onRequest(request);
        } else if (request.method().equals("INVITE") && request.toTag().isEmpty()) {
            onInvite(line, phone, request);
        } else if (request.method().equals("OPTIONS")) {
            reply(line, request, 200, Map.of("Allow", PhoneCall.ALLOW, "Accept", PhoneCall.SDP));
        } else {
            reply(line, request, 481, Map.of());
        }
    }

    static void reply(PhoneLine line, WireMessage request, int status, Map<String, String> fields) {
        if (request.method().equals("ACK")) {
            return;
        }
        MessageText response = MessageText.response(request, status, Identifiers.next());
        new TreeMap<>(fields).forEach(response::field);
        line.send(response.end());
    }

    private static void refuse(PhoneLine line, WireMessage request, int status, String why) {
        reply(line, request, status, Map.of("Warning", "399 offhook " + MessageText.quoted(why)));
    }

    // --- calls of phones

    private void onInvite(PhoneLine line, Phone phone, WireMessage invite) {
        try {
            Optional<String> number = DialledNumber.of(invite.calledNumber());
            Optional<WireMessage.Contact> contact = invite.contact();
            Map<String, String> headers = headers(invite);
            List<String> required = invite.values("require");
            if (!phone.mayCall()) {
                refuse(line, invite, 403, "the token has expired: register with another");
            } else if (!required.isEmpty()) {
                reply(line, invite, 420, Map.of("Unsupported", String.join(", ", required)));
            } else if (contact.isEmpty()) {
                refuse(line, invite, 400, "an INVITE has exactly one Contact");
            } else if (invite.header("max-forwards").orElse("").equals("0")) {
                reply(line, invite, 483, Map.of());
            } else if (number.isEmpty()) {
                refuse(line, invite, 404, "that is no number, and no name, that can be dialled");
            } else if (!DialledHeaders.areFit(headers)
                    || headers.size() > DialledHeaders.MAX_FIELDS) {
                refuse(line, invite, 400, "the X- header fields are too many, or no plain text");
            } else if (!invite.bodyType().equals(PhoneCall.SDP)) {
                reply(line, invite, 415, Map.of("Accept", PhoneCall.SDP));
            } else {
                SessionDescription offer = PhoneCall.description(invite);
                open(
                        line,
                        phone,
                        new Dialling(invite, contact.get(), number.get(), headers, offer));
            }
        } catch (PeerException e) {
            refuse(line, invite, e.verdict().sipStatus(), e.explanation());
        }
    }

    /// An INVITE of a phone in which nothing is wrong.
    private record Dialling(
            WireMessage invite,
            WireMessage.Contact contact,
            String number,
            Map<String, String> headers,
            SessionDescription offer) {}

    /// Those that a phone wants to go along with its call: which of them go is decided by the
    /// trunk's allow-list, and none is offered to it but `X-` fields.
    private static Map<String, String> headers(WireMessage invite) {
        Map<String, String> found = new LinkedHashMap<>();
        for (String name : invite.names()) {
            if (name.startsWith("x-")) {
                found.putIfAbsent(name, invite.header(name).orElse(""));
            }
        }
        return found;
    }

    private void open(PhoneLine line, Phone phone, Dialling dialled) {
        CallId call = CallId.next();
        if (!registry.engaged(phone.agent(), call)) {
            refuse(line, dialled.invite(), 486, "another call of the agent is going on");
            return;
        }
        DialledLeg leg =
                new DialledLeg(
                        this, new LegId(call, 0), phone, dialled.invite(), dialled.contact().uri());
        legs.put(leg.id(), leg);
        leg.trying();
        AgentsConfig.User user = phone.user();
        boolean withheld =
                user.withholdNumber()
                        || dialled.invite().values("privacy").stream()
                                .anyMatch(word -> !word.equalsIgnoreCase("none"));
        try {
            leg.bind(
                    Objects.requireNonNull(intake, "started without a way to open calls")
                            .open(
                                    call,
                                    new IncomingCall(
                                            SOURCE,
                                            phone.party(),
                                            new Party(dialled.number(), ""),
                                            new MediaProfile.Browser(
                                                    CodecPreference.QUALITY,
                                                    Optional.empty(),
                                                    false),
                                            Optional.of(dialled.offer()),
                                            dialled.invite().callId(),
                                            CallDetails.ofAgent(
                                                    phone.agent(), withheld, dialled.headers())),
                                    leg));
        } catch (CallRefusedException e) {
            leg.failed(EndCause.gateway("refused", e.verdict().sipStatus(), 42, e.explanation()));
        }
    }

    // --- legs

    private void onRing(RungLeg leg) {
        List<Phone> reachable = phones.of(leg.agent()).stream().filter(Phone::isReachable).toList();
        if (!leg.lives()) {
            return;
        }
        if (reachable.isEmpty()) {
            leg.failed(EndCauses.offline());
            return;
        }
        legs.put(leg.id(), leg);
        reachable.forEach(leg::ring);
        leg.wantOffer();
    }

    /// Rings, on a phone that just came, what rings for its agent already.
    void ringHere(Phone phone) {
        for (PhoneLeg leg : legsOf(phone.agent())) {
            if (leg instanceof RungLeg rung) {
                rung.ring(phone);
            }
        }
    }

    /// A phone may have no more calls.
    void ringNoMore(Phone phone) {
        legsOf(phone.agent()).forEach(leg -> leg.onPhoneGone(phone));
    }

    /// The agent may not register any more, or not by what it registered with: its phones keep the
    /// calls that they have, get no more, and are closed after them.
    public void onDismissed(String agent) {
        for (Phone phone : phones.of(agent)) {
            registry.signedOut(agent, phone.instance());
            ringNoMore(phone);
            phone.dismissed();
        }
    }

    /// Has calls wait as long for phones that lose their sockets from now on.
    public void callsOutlive(Duration wanted) {
        grace = wanted;
    }

    /// A user of the configuration is shown to others otherwise now.
    public void onChanged(AgentsConfig.User user) {
        phones.of(user.name()).forEach(phone -> phone.goesBy(user));
    }

    void onLegOver(PhoneLeg leg) {
        legs.remove(leg.id(), leg);
        if (leg instanceof DialledLeg) {
            registry.disengaged(leg.agent(), leg.id().call());
        }
        LOG.debug("over leg={}", leg.id());
    }

    private List<PhoneLeg> legsOf(String agent) {
        List<PhoneLeg> found = new ArrayList<>();
        for (PhoneLeg leg : legs.values()) {
            if (leg.agent().equals(agent)) {
                found.add(leg);
            }
        }
        return found;
    }
}
