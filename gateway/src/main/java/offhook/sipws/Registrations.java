package offhook.sipws;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import offhook.agent.AgentRegistry;
import offhook.config.AgentsConfig;
import offhook.fault.PeerException;
import offhook.sip.Identifiers;
import offhook.sip.WireDigest;
import offhook.sip.WireMessage;
import offhook.telemetry.LogContext;
import offhook.web.SignIns;
import offhook.web.SocketLine;
import offhook.web.WebLimits;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

/// REGISTER (RFC 3261 §10.3, RFC 5626): who a socket is of, and for how long calls ring there. An
/// agent proves it by digest with its `sip-password`, or by a token of `POST /api/token` as a
/// bearer (RFC 8898); from then on the socket itself is the proof. On the desk's owner.
final class Registrations {

    private static final Logger LOG = LogManager.getLogger(Registrations.class);

    private static final long MIN_SECONDS = 60;
    private static final long DEFAULT_SECONDS = 600;
    private static final long MAX_SECONDS = 3600;
    private static final Pattern NUMBER = Pattern.compile("[0-9]{1,9}");
    private static final int MAX_INSTANCE_CHARS = 128;

    private final PhoneDesk desk;
    private final AgentRegistry registry;
    private final WebLimits limits;
    private final SignIns signIns;

    Registrations(PhoneDesk desk, AgentRegistry registry, WebLimits limits, SignIns signIns) {
        this.desk = desk;
        this.registry = registry;
        this.limits = limits;
        this.signIns = signIns;
    }

    /// Who registers, as proven.
    ///
    /// @param remaining of a token; empty when the proof does not expire
    private record Proven(AgentsConfig.User user, Optional<Duration> remaining) {}

    void onRegister(PhoneLine line, WireMessage register, Optional<SignIns.Bearer> bearer) {
        try {
            String name = register.toUser();
            boolean foreign = line.phone().isPresent() && !line.phone().get().agent().equals(name);
            if (foreign || !register.fromUser().equals(name)) {
                PhoneDesk.reply(line, register, 403, Map.of());
                return;
            }
            if (signIns.isBlocked(name, line.address())) {
                PhoneDesk.reply(line, register, 503, Map.of("Retry-After", "60"));
                return;
            }
            Optional<Proven> proven = proven(line, register, name, bearer);
            if (proven.isPresent()) {
                bind(line, register, proven.get());
            }
        } catch (PeerException e) {
            PhoneDesk.reply(line, register, e.verdict().sipStatus(), Map.of());
        }
    }

    /// Who sent a REGISTER; if that is not proven, it is answered.
    private Optional<Proven> proven(
            PhoneLine line, WireMessage register, String name, Optional<SignIns.Bearer> bearer) {
        String field = register.header("authorization").orElse("");
        if (field.regionMatches(true, 0, "Bearer ", 0, 7)) {
            // It was checked before the REGISTER came to the desk.
            return byToken(line, register, name, bearer.flatMap(signIns::still));
        }
        Optional<AgentsConfig.User> user = signIns.user(name);
        if (field.isEmpty() && line.phone().filter(Phone::mayCall).isPresent()) {
            return user.map(known -> new Proven(known, Optional.empty()));
        }
        long now = desk.owner().clock().nanoTime();
        WireDigest.Verdict verdict =
                line.digest()
                        .judge(register, name, user.flatMap(AgentsConfig.User::sipPassword), now);
        return switch (verdict) {
            case PROVEN -> user.map(known -> new Proven(known, Optional.empty()));
            case ABSENT, STALE -> {
                challenge(line, register, verdict == WireDigest.Verdict.STALE);
                yield Optional.empty();
            }
            case WRONG -> {
                signIns.failed(name, line.address());
                PhoneDesk.reply(line, register, 403, Map.of());
                yield Optional.empty();
            }
        };
    }

    private Optional<Proven> byToken(
            PhoneLine line, WireMessage register, String name, Optional<SignIns.Bearer> bearer) {
        if (bearer.isEmpty()) {
            signIns.failed(name, line.address());
            challenge(line, register, false);
            return Optional.empty();
        }
        if (!bearer.get().user().name().equals(name)) {
            signIns.failed(name, line.address());
            PhoneDesk.reply(line, register, 403, Map.of());
            return Optional.empty();
        }
        return Optional.of(new Proven(bearer.get().user(), Optional.of(bearer.get().remaining())));
    }

    private void challenge(PhoneLine line, WireMessage register, boolean stale) {
        String challenge = line.digest().challenge(stale, desk.owner().clock().nanoTime());
        PhoneDesk.reply(line, register, 401, Map.of("WWW-Authenticate", challenge));
    }

    private void bind(PhoneLine line, WireMessage register, Proven proven) throws PeerException {
        boolean all = register.values("contact").equals(List.of("*"));
        Optional<WireMessage.Contact> contact = register.contact();
        Optional<Long> seconds = seconds(register, contact);
        if (seconds.isEmpty() || (all && seconds.get() != 0)) {
            PhoneDesk.reply(line, register, 400, Map.of());
        } else if (contact.isEmpty() && !all) {
            welcome(line, register, line.phone(), 0);
        } else if (seconds.get() == 0) {
            unbind(line, register);
        } else if (seconds.get() < MIN_SECONDS) {
            PhoneDesk.reply(line, register, 423, Map.of("Min-Expires", Long.toString(MIN_SECONDS)));
        } else {
            bind(line, register, proven, contact.orElseThrow(), seconds.get());
        }
    }

    private static Optional<Long> seconds(
            WireMessage register, Optional<WireMessage.Contact> contact) {
        String text =
                contact.map(c -> c.parameters().getOrDefault("expires", ""))
                        .filter(value -> !value.isEmpty())
                        .or(() -> register.header("expires"))
                        .orElse(Long.toString(DEFAULT_SECONDS));
        return NUMBER.matcher(text).matches()
                ? Optional.of(Math.min(MAX_SECONDS, Long.parseLong(text)))
                : Optional.empty();
    }

    private void bind(
            PhoneLine line,
            WireMessage register,
            Proven proven,
            WireMessage.Contact contact,
            long seconds) {
        String instance = instance(contact);
        Optional<Phone> found =
                line.phone().isPresent()
                        ? line.phone()
                        : desk.phones().phone(proven.user(), instance);
        if (found.isEmpty()) {
            PhoneDesk.reply(
                    line,
                    register,
                    403,
                    Map.of("Warning", "399 offhook \"too many phones of the agent\""));
            return;
        }
        Phone phone = found.get();
        Optional<PhoneLine> before = phone.line();
        boolean fresh = !before.equals(Optional.of(line));
        if (fresh) {
            before.ifPresent(old -> {
                old.belongsTo(null);
                old.close(SocketLine.Why.REPLACED, "the phone connected again");
            });
            desk.noStranger(line);
            line.belongsTo(phone);
        }
        phone.registered(contact.uri(), register.fromHost(), register.transport());
        welcome(line, register, Optional.of(phone), seconds);
        if (fresh) {
            phone.connected(line);
            armHeartbeat(phone);
        }
        registry.signedIn(phone.agent(), phone.instance(), true);
        phone.watch(
                Phone.Watch.REGISTRATION,
                Duration.ofSeconds(seconds),
                () -> {
                    phone.unregistered();
                    onUnregistered(phone);
                });
        proven.remaining()
                .ifPresent(left ->
                        phone.watch(
                                Phone.Watch.TOKEN,
                                left,
                                () -> {
                                    phone.expired();
                                    onUnregistered(phone);
                                }));
        desk.ringHere(phone);
        try (var _ = LogContext.ofAgent(phone.agent())) {
            LOG.debug("registered seconds={}", seconds);
        }
    }

    private static String instance(WireMessage.Contact contact) {
        String id = contact.parameters().getOrDefault("+sip.instance", contact.uri());
        return "sip:" + id.substring(0, Math.min(id.length(), MAX_INSTANCE_CHARS));
    }

    private void unbind(PhoneLine line, WireMessage register) {
        welcome(line, register, Optional.empty(), 0);
        line.phone()
                .ifPresent(phone -> {
                    phone.unregistered();
                    onUnregistered(phone);
                });
    }

    private void onUnregistered(Phone phone) {
        registry.signedOut(phone.agent(), phone.instance());
        desk.ringNoMore(phone);
    }

    /// 200 with the binding (RFC 3261 §10.3).
    private static void welcome(
            PhoneLine line, WireMessage register, Optional<Phone> bound, long seconds) {
        MessageText ok = MessageText.response(register, 200, Identifiers.next());
        bound.filter(phone -> !phone.contact().isEmpty())
                .ifPresent(phone ->
                        ok.copied("Contact", "<" + phone.contact() + ">;expires=" + seconds));
        line.send(ok.field("Allow", PhoneCall.ALLOW).end());
    }

    private void armHeartbeat(Phone phone) {
        phone.watch(Phone.Watch.HEARTBEAT, limits.heartbeat(), () -> onHeartbeat(phone));
    }

    private void onHeartbeat(Phone phone) {
        phone.line()
                .ifPresent(line -> {
                    if (line.ping()) {
                        armHeartbeat(phone);
                    } else {
                        line.close(SocketLine.Why.TOO_SLOW, "pings were not answered");
                        desk.onClosed(line);
                    }
                });
    }
}
