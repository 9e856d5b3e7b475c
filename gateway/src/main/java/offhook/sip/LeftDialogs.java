package offhook.sip;

import gov.nist.javax.sip.address.AddressFactoryImpl;
import gov.nist.javax.sip.header.HeaderFactoryImpl;
import gov.nist.javax.sip.message.MessageFactoryImpl;
import gov.nist.javax.sip.message.SIPResponse;
import java.io.IOException;
import java.net.InetAddress;
import java.text.ParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import javax.sip.ClientTransaction;
import javax.sip.InvalidArgumentException;
import javax.sip.SipException;
import javax.sip.SipProvider;
import javax.sip.address.AddressFactory;
import javax.sip.header.HeaderFactory;
import javax.sip.header.ViaHeader;
import javax.sip.message.MessageFactory;
import javax.sip.message.Request;
import javax.sip.message.Response;
import offhook.call.EndCause;
import offhook.config.TrunkConfig;
import offhook.runtime.Threads;
import offhook.telemetry.LogContext;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

/// Hangs up what a gateway that died could not: the peer would hold its side of the call for as
/// long as its own timers let it. Each BYE is sent by a virtual thread of its own, because a
/// connection may have to be made. One that nobody answers is left to the start after this one, if
/// this gateway dies too.
final class LeftDialogs {

    private static final Logger LOG = LogManager.getLogger(LeftDialogs.class);
    private static final int MAX_FORWARDS = 70;

    /// More requests than a dialog sends between two looks at it, so that the number is new to the
    /// peer; it may skip some (RFC 3261 §12.2.2).
    private static final long NUMBERS_AHEAD = 1000;

    private static final EndCause CAUSE =
            EndCause.gateway("crash", 500, 41, "the gateway was started anew");

    private final Map<String, TrunkConfig> trunks;
    private final SipTrunks peers;
    private final Dialogs dialogs;
    private final Set<LeftDialog> unanswered = ConcurrentHashMap.newKeySet();
    private final Outlets outlets;
    private final SipMessages sipMessages = new SipMessages();
    private final AddressFactory addresses = new AddressFactoryImpl();
    private final HeaderFactory headers = new HeaderFactoryImpl();
    private final MessageFactory messages = new MessageFactoryImpl();

    LeftDialogs(List<TrunkConfig> trunks, SipTrunks peers, Dialogs dialogs, Outlets outlets) {
        this.peers = peers;
        this.trunks =
                trunks.stream()
                        .collect(
                                Collectors.toUnmodifiableMap(
                                        TrunkConfig::name, Function.identity()));
        this.dialogs = dialogs;
        this.outlets = outlets;
    }

    /// Those whose BYE nobody answered yet, for a start after this one. Any thread.
    List<LeftDialog> unanswered() {
        return List.copyOf(unanswered);
    }

    /// Sends the BYEs.
    ///
    /// @param texts what [LeftDialog#text] said
    void end(List<String> texts) {
        List<LeftDialog> known = new ArrayList<>();
        for (String text : texts) {
            Optional<LeftDialog> left =
                    LeftDialog.parse(text).filter(dialog -> trunks.containsKey(dialog.trunk()));
            if (left.isEmpty()) {
                LOG.warn("a dialog of the gateway that died cannot be ended: its trunk is gone");
            }
            // Numbered from here on, by this start and by those that may come after it.
            left.map(dialog -> dialog.after(dialog.number() + NUMBERS_AHEAD)).ifPresent(known::add);
        }
        unanswered.addAll(known);
        for (LeftDialog dialog : known) {
            Threads.virtual("sip-left-dialog", () -> new Bye(dialog).send()).start();
        }
    }

    /// A BYE that is on its way.
    final class Bye {

        private final LeftDialog dialog;
        private final TrunkConfig trunk;

        private Bye(LeftDialog dialog) {
            this.dialog = dialog;
            this.trunk = Objects.requireNonNull(trunks.get(dialog.trunk()));
        }

        private void send() {
            try (var _ = LogContext.ofTrunk(trunk.name())) {
                InetAddress address = InetAddress.ofLiteral(dialog.host());
                Outlet outlet = outlets.toward(dialog.transport(), address).toldTo(trunk);
                dialogs.aim(dialog.callId(), address, dialog.port());
                peers.answersFrom(address, trunk); // else its answer is a stranger's
                send(outlet.provider(), bye(dialog, outlet));
            } catch (ParseException | InvalidArgumentException | IllegalArgumentException e) {
                over(); // nor will it ever
                LOG.warn(
                        "a dialog of the gateway that died cannot be ended because={}",
                        LogText.of(e.toString()));
            } catch (IOException | SipException e) {
                LOG.warn(
                        "a dialog of the gateway that died is not ended yet because={}",
                        LogText.of(e.toString()));
            }
        }

        private void send(SipProvider provider, Request request) throws SipException {
            ClientTransaction transaction = provider.getNewClientTransaction(request);
            transaction.setApplicationData(this);
            transaction.sendRequest();
        }

        /// A response to it: that nobody knows the call any more (481) is as good as any.
        void onResponse(ClientTransaction asked, SIPResponse response) {
            if (response.getStatusCode() < Response.OK) {
                return;
            }
            try (var _ = LogContext.ofTrunk(trunk.name())) {
                if (!repeats(asked, response)) {
                    over();
                    LOG.info(
                            "hung up what a gateway that died left callId={} status={}",
                            LogText.of(dialog.callId()),
                            response.getStatusCode());
                }
            }
        }

        /// Once more with our credentials, under the terms of [SipDialogLeg#repeats].
        private boolean repeats(ClientTransaction asked, SIPResponse response) {
            TrunkCredentials credentials = TrunkCredentials.withinDialog(trunk.auth());
            Request challenged = asked.getRequest();
            if (!credentials.takes(response, challenged, InetAddress.ofLiteral(dialog.host()))) {
                return false;
            }
            try {
                Outlet outlet =
                        outlets.toward(dialog.transport(), InetAddress.ofLiteral(dialog.host()));
                send(outlet.toldTo(trunk).provider(), credentials.again(challenged));
                return true;
            } catch (IOException | SipException e) {
                LOG.debug("not sent again callId={}", LogText.of(dialog.callId()), e);
                return false;
            }
        }

        /// Nobody answered (RFC 3261 §17.1.2.2).
        void onTimeout() {
            try (var _ = LogContext.ofTrunk(trunk.name())) {
                LOG.warn(
                        "a dialog of the gateway that died is not ended yet: nobody answered"
                                + " callId={}",
                        LogText.of(dialog.callId()));
            }
        }

        private void over() {
            unanswered.remove(dialog);
            dialogs.forgetAim(dialog.callId());
        }
    }

    private Request bye(LeftDialog dialog, Outlet outlet)
            throws ParseException, InvalidArgumentException, SipException {
        Binding binding = outlet.binding();
        ViaHeader via =
                headers.createViaHeader(
                        binding.advertisedHost(),
                        binding.bound().getPort(),
                        binding.transport(),
                        Identifiers.nextBranch());
        via.setRPort();
        Request bye =
                messages.createRequest(
                        addresses.createURI(dialog.target()),
                        Request.BYE,
                        headers.createCallIdHeader(dialog.callId()),
                        headers.createCSeqHeader(dialog.number(), Request.BYE),
                        headers.createFromHeader(
                                addresses.createAddress("<" + dialog.local() + ">"),
                                dialog.localTag()),
                        headers.createToHeader(
                                addresses.createAddress("<" + dialog.remote() + ">"),
                                dialog.remoteTag()),
                        List.of(via),
                        headers.createMaxForwardsHeader(MAX_FORWARDS));
        for (String route : dialog.routes()) {
            bye.addLast(headers.createRouteHeader(addresses.createAddress(route)));
        }
        sipMessages.reason(CAUSE).ifPresent(bye::setHeader);
        return bye;
    }
}
