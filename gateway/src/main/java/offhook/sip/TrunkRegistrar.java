package offhook.sip;

import gov.nist.javax.sip.header.ims.ServiceRouteHeader;
import gov.nist.javax.sip.message.SIPResponse;
import java.io.IOException;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import javax.sip.ClientTransaction;
import javax.sip.SipException;
import javax.sip.address.Address;
import javax.sip.address.SipURI;
import javax.sip.header.CSeqHeader;
import javax.sip.header.ContactHeader;
import javax.sip.header.ExpiresHeader;
import javax.sip.header.MinExpiresHeader;
import javax.sip.message.Request;
import javax.sip.message.Response;
import offhook.config.TrunkConfig;
import offhook.runtime.NanoClock;
import offhook.runtime.Owner;
import offhook.telemetry.LogContext;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;
import org.jspecify.annotations.Nullable;

/// Keeps us registered with one registrar of a trunk. All of it runs on a virtual thread of its
/// own, which may wait for names and connections; JAIN-SIP's threads only post what they heard.
final class TrunkRegistrar {

    private static final Logger LOG = LogManager.getLogger(TrunkRegistrar.class);
    private static final int MAILBOX = 64;
    private static final int NOBODY = 0;

    private final TrunkConfig trunk;
    private final TrunkConfig.Registering terms;
    private final TrunkTargets targets;
    private final SipTrunks trunks;
    private final Dialogs dialogs;
    private final Outlets outlets;
    private final RegistrarStatus status;
    private final int index;
    private final Optional<TrunkUri> proxy;
    private final Clock wallClock;
    private final Owner owner;
    private final RegisterBuilder builder = new RegisterBuilder();
    private final RegisterBuilder.Identity identity;
    private final CountDownLatch stopped = new CountDownLatch(1);

    // Touched by the owner alone.
    private final Registration registration;
    private final TrunkCredentials credentials;
    private long number;
    private boolean asked;
    private @Nullable ClientTransaction pending;
    private Owner.@Nullable Deadline due;
    private @Nullable TrunkTarget target;
    private boolean elsewhere;

    /// @param index which of the registrars of `terms`, from 0
    TrunkRegistrar(
            TrunkConfig trunk,
            TrunkConfig.Registering terms,
            int index,
            TrunkTargets targets,
            SipTrunks trunks,
            Dialogs dialogs,
            Outlets outlets,
            RegistrarStatus status,
            NanoClock clock,
            Clock wallClock) {
        this.trunk = trunk;
        this.terms = terms;
        this.index = index;
        this.proxy = terms.registrars().get(index).outboundProxy().map(TrunkUri::parse);
        this.targets = targets;
        this.trunks = trunks;
        this.dialogs = dialogs;
        this.outlets = outlets;
        this.status = status;
        this.wallClock = wallClock;
        this.owner =
                new Owner(
                        "sip-register-" + trunk.name() + (index == 0 ? "" : "-" + index),
                        clock,
                        MAILBOX,
                        defect -> LOG.error("defect in a registration", defect));
        this.registration =
                new Registration((int) terms.expires().toSeconds(), Identifiers.random());
        this.credentials = new TrunkCredentials(trunk.auth());
        String contactUser =
                terms.contactUser()
                        .or(() -> trunk.auth().map(TrunkConfig.Auth::username))
                        .orElse("offhook");
        this.identity =
                new RegisterBuilder.Identity(
                        trunk.auth().map(TrunkConfig.Auth::username).orElse(contactUser),
                        contactUser,
                        Identifiers.next(),
                        Identifiers.next());
    }

    void start() {
        owner.start();
        owner.post(() -> LogContext.trunk(trunk.name()));
        owner.post(() -> follow(registration.onDue()));
    }

    /// Begins to unregister; [#awaitStop] waits for the end of it.
    void beginStop() {
        owner.postEnding(() -> {
            if (due != null) {
                due.cancel();
            }
            pending = null;
            follow(registration.onStop(asked));
        });
    }

    void awaitStop(long patienceNanos) {
        try {
            if (!stopped.await(patienceNanos, TimeUnit.NANOSECONDS)) {
                LOG.warn("not unregistered trunk={} registrar=\"{}\"", trunk.name(), status.name());
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
        owner.stop();
    }

    // ---- on JAIN-SIP's threads

    void onResponse(ClientTransaction request, SIPResponse response) {
        if (response.getStatusCode() >= 200) {
            owner.postEnding(() -> onFinal(request, response));
        }
    }

    void onTimeout(ClientTransaction request) {
        owner.postEnding(() -> {
            if (request.equals(pending)) {
                failed(NOBODY, "REGISTER: no answer");
            }
        });
    }

    // ---- on the owner

    private void follow(Registration.Step step) {
        status.is(registration.state());
        switch (step) {
            case Registration.Step.Send(int expiresSeconds) -> {
                credentials.begin();
                register(expiresSeconds);
            }
            case Registration.Step.Wait(var time) ->
                    due = owner.schedule(time.toNanos(), () -> follow(registration.onDue()));
            case Registration.Step.Rest() -> {
                status.registered(Optional.empty(), List.of());
                dialogs.forgetAim(identity.callId());
                stopped.countDown();
            }
        }
    }

    private void register(int expiresSeconds) {
        try {
            target = nextTarget();
            Outlet outlet = outlets.toward(target.transport(), target.address()).toldTo(trunk);
            trunks.reaches(target, trunk, proxy.orElse(target.uri()));
            dialogs.aim(identity.callId(), target.address(), target.port());
            status.aimed(target.where());
            Request request =
                    builder.build(identity, target.uri(), proxy, ++number, expiresSeconds, outlet);
            credentials.authorize(request);
            send(outlet.provider().getNewClientTransaction(request));
        } catch (IOException | SipException e) {
            failed(NOBODY, "REGISTER: " + LogText.of(String.valueOf(e.getMessage())));
        } catch (RuntimeException e) {
            // A defect of ours must not end all further tries.
            LOG.error("defect while registering", e);
            failed(NOBODY, "REGISTER: internal error");
        }
    }

    /// The one that answered last, as long as DNS names it; after a failure the next one.
    private TrunkTarget nextTarget() throws IOException {
        List<TrunkTarget> known = targets.ofRegistrar(index);
        TrunkTarget before = target;
        int at = before == null ? 0 : Math.max(0, known.indexOf(before));
        return known.get(elsewhere && known.size() > 1 ? (at + 1) % known.size() : at);
    }

    private void send(ClientTransaction transaction) throws SipException {
        transaction.setApplicationData(this);
        pending = transaction;
        asked = true;
        transaction.sendRequest();
    }

    private void onFinal(ClientTransaction request, SIPResponse response) {
        if (!request.equals(pending)) {
            return; // An earlier one, that nobody waits for any more.
        }
        pending = null;
        int code = response.getStatusCode();
        if (code < 300) {
            granted(response);
        } else if (target != null
                && credentials.takes(response, request.getRequest(), target.address())) {
            again(request);
        } else {
            refused(code, response);
        }
    }

    private void again(ClientTransaction challenged) {
        try {
            Request next = credentials.again(challenged.getRequest());
            number = ((CSeqHeader) next.getHeader(CSeqHeader.NAME)).getSeqNumber();
            TrunkTarget way = Objects.requireNonNull(target, "challenged by nobody");
            send(
                    outlets.toward(way.transport(), way.address())
                            .provider()
                            .getNewClientTransaction(next));
        } catch (IOException | SipException e) {
            failed(NOBODY, "REGISTER: " + LogText.of(String.valueOf(e.getMessage())));
        } catch (RuntimeException e) {
            // A defect of ours must not end all further tries.
            LOG.error("defect while registering", e);
            failed(NOBODY, "REGISTER: internal error");
        }
    }

    private void granted(SIPResponse response) {
        int seconds = grantedSeconds(response);
        elsewhere = false;
        status.failed(NOBODY, "");
        status.registered(
                Optional.of(Instant.now(wallClock).plusSeconds(seconds)), serviceRoute(response));
        Registration.Step step = registration.onGranted(seconds);
        LOG.info(
                "registrar=\"{}\" registration={} for={} s",
                status.name(),
                registration.state(),
                seconds);
        follow(step);
    }

    /// RFC 3261 §10.2.4: what the registrar says of our Contact, or of all; else what we asked for.
    private int grantedSeconds(SIPResponse response) {
        for (Iterator<?> all = response.getHeaders(ContactHeader.NAME); all.hasNext(); ) {
            if (all.next() instanceof ContactHeader contact
                    && contact.getExpires() >= 0
                    && contact.getAddress().getURI() instanceof SipURI uri
                    && identity.contactUser().equals(uri.getUser())) {
                return contact.getExpires();
            }
        }
        return response.getHeader(ExpiresHeader.NAME) instanceof ExpiresHeader all
                ? all.getExpires()
                : (int) terms.expires().toSeconds();
    }

    private static List<Address> serviceRoute(SIPResponse response) {
        List<Address> route = new ArrayList<>();
        for (Iterator<?> all = response.getHeaders("Service-Route"); all.hasNext(); ) {
            if (all.next() instanceof ServiceRouteHeader one) {
                route.add(one.getAddress());
            }
        }
        return route;
    }

    private void refused(int code, SIPResponse response) {
        String why = "REGISTER: " + code + " " + ReasonPhrases.of(code);
        if (code == Response.INTERVAL_TOO_BRIEF
                && response.getHeader(MinExpiresHeader.NAME) instanceof MinExpiresHeader min) {
            status.failed(code, why);
            follow(registration.onTooBrief(min.getExpires()));
        } else if (code == Response.REQUEST_TIMEOUT || (code >= 500 && code < 600)) {
            failed(code, why);
        } else {
            warn(why);
            status.failed(code, why);
            status.registered(Optional.empty(), List.of());
            follow(registration.onRefused());
        }
    }

    private void warn(String why) {
        LOG.warn("not registered registrar=\"{}\" because=\"{}\"", status.name(), why);
    }

    private void failed(int code, String why) {
        pending = null;
        elsewhere = true;
        warn(why);
        status.failed(code, why);
        follow(registration.onFailed());
    }
}
